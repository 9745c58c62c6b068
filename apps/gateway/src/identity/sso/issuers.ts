import { Inject, Injectable } from '@nestjs/common';
import type { Configuration } from 'openid-client';
import { AddressRefusedError, requirePublicForm, type Resolve } from '@tollgate/public-address';
import { issuerFetch } from './issuer-fetch.js';

/** How names of issuers are resolved. */
export const RESOLVE_ISSUER = Symbol('RESOLVE_ISSUER');

const TIMEOUT_SECONDS = 10;
/** An issuer's configuration and keys are asked for again after so long. */
const KEPT_MS = 5 * 60_000;
const MAX_KEPT = 1_000;

/** A client of an issuer. */
export interface IssuerClient {
  readonly issuer: string;
  /** Whether the operator has named the issuer: it may then stand in a private network, and speak plain http. */
  readonly byOperator: boolean;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The issuer cannot be used. The message is public, and tells tenants nothing of a network. */
export class IssuerRefusedError extends Error {
  override readonly name = 'IssuerRefusedError';
}

interface Kept {
  readonly until: number;
  readonly configuration: Promise<Configuration>;
}

/** OpenID Connect providers, by what they say of themselves. */
@Injectable()
export class Issuers {
  readonly #kept = new Map<string, Kept>();

  constructor(@Inject(RESOLVE_ISSUER) private readonly resolve: Resolve) {}

  /** Asks the issuer for its configuration. @throws IssuerRefusedError when it has none, or one that cannot be used. */
  async discover(client: IssuerClient): Promise<Configuration> {
    const library = await import('openid-client');
    try {
      if (!client.byOperator) requirePublicForm(client.issuer);
      const found = await library.discovery(
        new URL(client.issuer),
        client.clientId,
        { client_secret: client.clientSecret },
        library.ClientSecretBasic(client.clientSecret),
        {
          timeout: TIMEOUT_SECONDS,
          [library.customFetch]: issuerFetch(client.byOperator, this.resolve),
          // plain http is the operator's to decide: inside their own network
          execute: client.byOperator ? [library.allowInsecureRequests] : [],
        },
      );
      const metadata = found.serverMetadata();
      requireCompleteMetadata(metadata, client.byOperator);
      if (!takesOnlyPost(metadata.token_endpoint_auth_methods_supported)) return found;
      const posting = new library.Configuration(
        metadata,
        client.clientId,
        { client_secret: client.clientSecret },
        library.ClientSecretPost(client.clientSecret),
      );
      posting.timeout = TIMEOUT_SECONDS;
      posting[library.customFetch] = issuerFetch(client.byOperator, this.resolve);
      if (client.byOperator) library.allowInsecureRequests(posting);
      return posting;
    } catch (error) {
      throw explained(error);
    }
  }

  /**
   * The same for a client that is kept, asked for once in a while.
   * @param key changes with everything that the client is made of.
   */
  configuration(key: string, client: IssuerClient): Promise<Configuration> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > Date.now()) return kept.configuration;
    const configuration = this.discover(client);
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#kept.set(key, { until: Date.now() + KEPT_MS, configuration });
    // what has failed is tried again by the next who signs in
    configuration.catch(() => this.#kept.delete(key));
    return configuration;
  }
}

type Metadata = ReturnType<Configuration['serverMetadata']>;

/** Browsers are sent to the first of these: it must be nothing but a page. */
function requireCompleteMetadata(metadata: Metadata, byOperator: boolean): void {
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const url = URL.parse(metadata[name] ?? '');
    const usable = url?.protocol === 'https:' || (byOperator && url?.protocol === 'http:');
    if (!usable) throw new IssuerRefusedError(`has no usable ${name} in its configuration`);
  }
}

/** Basic authentication is what every issuer takes unless it says otherwise (OpenID Connect Discovery 1.0, section 3). */
function takesOnlyPost(methods: readonly string[] | undefined): boolean {
  return methods !== undefined && !methods.includes('client_secret_basic') && methods.includes('client_secret_post');
}

function explained(error: unknown): IssuerRefusedError {
  if (error instanceof IssuerRefusedError) return error;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AddressRefusedError) {
      return new IssuerRefusedError('must be https and lead to public addresses only', { cause: error });
    }
  }
  return new IssuerRefusedError('did not answer with an OpenID Connect configuration of its own', { cause: error });
}
