import { Inject, Injectable } from '@nestjs/common';
import { masterKeyId, openSecret } from '@tollgate/database';
import { connectionTestUrl, providerById } from '@tollgate/providers';
import { type ConnectionFinding, testConnection, UpstreamAuthorizers } from '@tollgate/upstream-authorization';
import type { ConnectionTest } from '@tollgate/wire';
import { Agent } from 'undici';
import { MASTER_KEY } from '../../platform/tokens.js';
import { AddressRefusedError, publicLookup, requirePublicUrl, type Resolve } from '@tollgate/public-address';

export const RESOLVE = Symbol('RESOLVE');

const TIMEOUT_MS = 10_000;

/** What of a credential the test needs. */
interface TestedCredential {
  readonly id: string;
  readonly organizationId: string | null;
  readonly provider: string;
  readonly baseUrl: string | null;
  readonly ciphertext: Uint8Array | null;
  readonly masterKeyId: string | null;
}

type Finding = Pick<ConnectionTest, 'reason' | 'message'> & Omit<ConnectionFinding, 'reason' | 'message'>;

/** Asks the provider with a stored credential, as the gateway would. Addresses of tenants have to be public. */
@Injectable()
export class ConnectionTester {
  constructor(
    @Inject(MASTER_KEY) private readonly masterKey: Buffer,
    @Inject(RESOLVE) private readonly resolve: Resolve,
  ) {}

  async test(credential: TestedCredential): Promise<ConnectionTest> {
    const startedAt = performance.now();
    const { models, ...finding } = await this.#find(credential);
    const latencyMs = finding.status === null ? null : Math.round(performance.now() - startedAt);
    return { ...finding, models: models?.length ?? null, latencyMs, testedAt: new Date().toISOString() };
  }

  async #find(credential: TestedCredential): Promise<Finding> {
    const provider = providerById(credential.provider);
    if (provider === undefined) return failed('unreachable', 'This version does not know the provider.');
    const isTenant = credential.organizationId !== null;
    const baseUrl = credential.baseUrl ?? provider.defaultBaseUrl;
    if (isTenant && baseUrl !== null && !(await this.#isPublic(connectionTestUrl(provider, baseUrl)))) {
      return failed('address-refused', 'The base URL must be https and point to a public address.');
    }
    const secret = this.#openSecret(credential);
    if (secret === undefined) return failed('secret-unreadable', 'The secret was sealed with another master key.');
    const dispatcher = new Agent({
      connect: { timeout: TIMEOUT_MS, ...(isTenant && { lookup: publicLookup(this.resolve) }) },
    });
    try {
      // a token that was minted before would say nothing of the secret
      return await testConnection(new UpstreamAuthorizers(), {
        provider,
        baseUrl,
        secret,
        owner: { isTenant },
        dispatcher,
        isRefusedAddress,
        timeoutMs: TIMEOUT_MS,
      });
    } finally {
      await dispatcher.destroy();
    }
  }

  async #isPublic(url: string): Promise<boolean> {
    try {
      await requirePublicUrl(url, this.resolve);
      return true;
    } catch (error) {
      if (error instanceof AddressRefusedError) return false;
      throw error;
    }
  }

  #openSecret(credential: TestedCredential): string | null | undefined {
    if (credential.ciphertext === null) return null;
    if (credential.masterKeyId !== masterKeyId(this.masterKey)) return undefined;
    return openSecret(this.masterKey, credential.ciphertext, credential.id);
  }
}

function isRefusedAddress(error: unknown): boolean {
  if (error instanceof AddressRefusedError) return true;
  return error instanceof Error && error.cause instanceof AddressRefusedError;
}

function failed(reason: Finding['reason'], message: string): Finding {
  return { ok: false, reason, message, status: null, models: null };
}
