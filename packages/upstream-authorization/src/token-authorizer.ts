import { AddedHeader } from './header-authorizer.js';
import type { Mint, TokenCache } from './token-cache.js';
import type { AuthorizableRequest, UpstreamAuthorizer } from './upstream-authorizer.js';

interface TokenSource {
  /** Of the credential. */
  readonly key: string;
  readonly mint: Mint;
}

/** Sends a minted token as a bearer. */
export class TokenAuthorizer implements UpstreamAuthorizer {
  readonly #header = new AddedHeader('authorization');

  constructor(
    private readonly cache: TokenCache,
    private readonly source: TokenSource,
  ) {}

  headersFor({ headers }: AuthorizableRequest): readonly string[] | Promise<readonly string[]> {
    const token = this.cache.tokenFor(this.source.key, this.source.mint);
    if (typeof token === 'string') return this.#with(headers, token);
    return token.then((minted) => this.#with(headers, minted));
  }

  #with(headers: readonly string[], token: string): readonly string[] {
    return this.#header.behind(headers, `Bearer ${token}`);
  }
}
