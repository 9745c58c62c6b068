/** What is about to be sent to a provider. */
export interface AuthorizableRequest {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** As it will stand in the request line, with its query. */
  readonly path: string;
  readonly body: Buffer;
  /** Name, value, name, value, …; names in lower case. */
  readonly headers: readonly string[];
}

/**
 * Proves to a provider who asks. What it answers are the headers to send: those of the request, and its own behind them. It
 * answers at once wherever nothing has to be waited for.
 */
export interface UpstreamAuthorizer {
  /** @throws AuthorizationError, or rejects with one. */
  headersFor(request: AuthorizableRequest): readonly string[] | Promise<readonly string[]>;
}

/**
 * `refused`: the credential itself is not taken, for any request. `unreachable`: nobody could be asked, or nothing was
 * understood of the answer; the credential may be good.
 */
export type AuthorizationFault = 'refused' | 'unreachable';

/** The request could not be authorized. The message is for operators; nothing of a secret stands in it. */
export class AuthorizationError extends Error {
  constructor(
    readonly fault: AuthorizationFault,
    message: string,
  ) {
    super(message);
    this.name = 'AuthorizationError';
  }
}
