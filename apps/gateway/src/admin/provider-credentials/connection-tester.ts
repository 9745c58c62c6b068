import { Inject, Injectable } from '@nestjs/common';
import { masterKeyId, openSecret } from '@tollgate/database';
import { connectionTestUrl, providerById, type ProviderDeclaration, providerHeaders } from '@tollgate/providers';
import type { ConnectionTest } from '@tollgate/wire';
import { Agent, request, type Dispatcher } from 'undici';
import { MASTER_KEY } from '../../platform/tokens.js';
import {
  AddressRefusedError,
  publicLookup,
  requirePublicUrl,
  type Resolve,
} from '../../platform/public-address/public-url.js';

export const RESOLVE = Symbol('RESOLVE');

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** What of a credential the test needs. */
interface TestedCredential {
  readonly id: string;
  readonly organizationId: string | null;
  readonly provider: string;
  readonly baseUrl: string | null;
  readonly ciphertext: Uint8Array | null;
  readonly masterKeyId: string | null;
}

type Finding = Omit<ConnectionTest, 'testedAt' | 'latencyMs'>;
type Reason = ConnectionTest['reason'];

/** Asks the provider for its models, as the gateway would: costs nothing, and tells whether address and secret work. */
@Injectable()
export class ConnectionTester {
  constructor(
    @Inject(MASTER_KEY) private readonly masterKey: Buffer,
    @Inject(RESOLVE) private readonly resolve: Resolve,
  ) {}

  async test(credential: TestedCredential): Promise<ConnectionTest> {
    const startedAt = performance.now();
    const finding = await this.#find(credential).catch(explainFailure);
    const latencyMs = finding.status === null ? null : Math.round(performance.now() - startedAt);
    return { ...finding, latencyMs, testedAt: new Date().toISOString() };
  }

  async #find(credential: TestedCredential): Promise<Finding> {
    const provider = providerById(credential.provider);
    if (provider === undefined) return failed('unreachable', 'This version does not know the provider.');
    if (provider.simulated) return { ...SUCCESS, message: 'The provider is simulated inside the gateway.' };
    const baseUrl = credential.baseUrl ?? provider.defaultBaseUrl;
    if (baseUrl === null) return failed('unreachable', 'The credential has no base URL.');
    if (credential.organizationId !== null) await requirePublicUrl(connectionTestUrl(provider, baseUrl), this.resolve);
    const secret = this.#openSecret(credential);
    if (secret === undefined) return failed('secret-unreadable', 'The secret was sealed with another master key.');
    const agent = new Agent({
      connect: {
        timeout: TIMEOUT_MS,
        ...(credential.organizationId === null ? {} : { lookup: publicLookup(this.resolve) }),
      },
    });
    try {
      return await ask({ provider, baseUrl, secret, agent });
    } finally {
      await agent.destroy();
    }
  }

  #openSecret(credential: TestedCredential): string | null | undefined {
    if (credential.ciphertext === null) return null;
    if (credential.masterKeyId !== masterKeyId(this.masterKey)) return undefined;
    return openSecret(this.masterKey, credential.ciphertext, credential.id);
  }
}

interface Question {
  readonly provider: ProviderDeclaration;
  readonly baseUrl: string;
  readonly secret: string | null;
  readonly agent: Dispatcher;
}

interface TestRequest {
  readonly provider: ProviderDeclaration;
  readonly secret: string | null;
  readonly url: string;
  readonly body: string | null;
}

/** The headers by which a test says who asks. Signatures and minted tokens depend on the request, and may take time. */
function credentialHeaders({ provider, secret }: TestRequest): Promise<Readonly<Record<string, string>>> {
  return Promise.resolve(providerHeaders(provider, secret));
}

async function ask({ provider, baseUrl, secret, agent }: Question): Promise<Finding> {
  const { connectionTest } = provider;
  const url = connectionTestUrl(provider, baseUrl);
  const text = connectionTest.body === undefined ? null : JSON.stringify(connectionTest.body);
  const headers = await credentialHeaders({ provider, secret, url, body: text });
  // redirects are not followed: they could lead where the address check did not look
  const { statusCode, body } = await request(url, {
    method: connectionTest.method,
    body: text,
    dispatcher: agent,
    headers: { accept: 'application/json', ...(text !== null && { 'content-type': 'application/json' }), ...headers },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const answer = await readBounded(body);
  if (statusCode === 401 || statusCode === 403) {
    return failed('secret-rejected', `The provider refused the secret (status ${statusCode}).`, statusCode);
  }
  if (connectionTest.refusals?.includes(statusCode) === true) {
    return { ...SUCCESS, status: statusCode, message: 'The provider knows the secret; it has no list of models.' };
  }
  const models = statusCode === 200 && answer !== null ? connectionTest.readModels(answer) : null;
  if (models === null) {
    return failed('unexpected-answer', `The answer is no list of models (status ${statusCode}).`, statusCode);
  }
  return {
    ...SUCCESS,
    status: statusCode,
    models: models.length,
    message: `The provider offers ${models.length} models.`,
  };
}

/** The body, or `null` when it is larger than any list of models. */
async function readBounded(body: AsyncIterable<Buffer>): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const SUCCESS = { ok: true, reason: 'reached', message: '', status: null, models: null } as const satisfies Finding;

function failed(reason: Reason, message: string, status: number | null = null): Finding {
  return { ok: false, reason, message, status, models: null };
}

/** Says what kind of trouble it was and nothing of addresses: tenants must not map a network by it. */
function explainFailure(error: unknown): Finding {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (error instanceof AddressRefusedError || cause instanceof AddressRefusedError) {
    return failed('address-refused', 'The base URL must be https and point to a public address.');
  }
  const name = error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}` : '';
  if (/timeout/i.test(name)) return failed('timed-out', `No answer within ${TIMEOUT_MS / 1000} seconds.`);
  return failed('unreachable', 'The provider could not be reached.');
}
