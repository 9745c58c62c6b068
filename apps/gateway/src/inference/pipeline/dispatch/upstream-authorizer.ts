/** What of a request a proof may depend on. */
export interface UnprovenRequest {
  readonly method: string;
  readonly origin: string;
  /** With its query. */
  readonly path: string;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Proves to an upstream who asks, by a signature of the request or by a token that is minted from the credential. */
export interface UpstreamAuthorizer {
  /** The request's headers with the proof, at once where nothing has to be fetched. */
  headersFor(request: UnprovenRequest): readonly string[] | Promise<readonly string[]>;
}
