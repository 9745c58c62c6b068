import type { Dialect } from './dialect.js';
import type { MaxOutputField } from './passthrough/scanned-request.js';
import type { TargetModel } from './target-model.js';
import type { UpstreamErrorFacts, UpstreamHeaders } from './upstream-error.js';

export type ProviderId = 'openai' | 'anthropic' | 'openai-compatible' | 'ollama' | 'sandbox';

/** How to find out whether an address and a credential work, without spending anything. */
export interface ConnectionTest {
  readonly method: 'GET';
  /** Relative to the base URL. */
  readonly path: string;
  /** The names of the models that the provider serves, or `null` when the answer is not what it should be. */
  readModels(body: Buffer): readonly string[] | null;
}

/** All that the gateway has to know of a vendor or engine. */
export interface ProviderDeclaration {
  readonly id: ProviderId;
  readonly displayName: string;
  readonly dialect: Dialect['id'] & ('openai-chat' | 'anthropic-messages');
  /** `null`: each deployment has to bring its own. */
  readonly defaultBaseUrl: string | null;
  /** `optional-bearer`: engines that take a key only when they were started with one. `x-api-key`: in a header so named. */
  readonly authentication: 'bearer' | 'optional-bearer' | 'x-api-key' | 'none';
  /** Sent with every request for which the client's own headers do not say otherwise; names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Path under which models answer conversations in the provider's dialect, relative to the base URL. */
  readonly chatPath: string;
  /** Path that counts the tokens of such a request for nothing, or `null`. */
  readonly countTokensPath: string | null;
  /** Whether `stream_options` have to be sent, so that every stream reports its usage. */
  readonly forcesUsage: boolean;
  /** What a client that leaves means for the bill: the rest is not generated, or is, and has to be read to be known. */
  billsAfterDisconnect(upstreamModel: string): 'stops' | 'continues';
  /**
   * Web searches that every answer of the model is billed for, whatever the request says: the bound for the hold, and the
   * quantity of the meter `web_search`, which the provider does not report. What a search finds may be billed as input
   * tokens; no byte of the request bounds those.
   */
  searchesPerRequest(upstreamModel: string): 0 | 1;
  /**
   * Service tiers at which a request may be served, the one that it asks for first; `null` asks for none. Without this,
   * and where it answers `null`, nothing is known: any tier that has a price.
   */
  servableTiers?(asked: string | null): readonly [string, ...string[]] | null;
  /** It is no real model: always labelled, outside every total. */
  readonly simulated: boolean;
  readonly connectionTest: ConnectionTest;
  /** The name under which a model takes the cap on its output. */
  outputCapField(upstreamModel: string): MaxOutputField;
  /** What the model takes; `maxOutputTokens` is what the catalogue or the deployment says of it. */
  targetModel(upstreamModel: string, maxOutputTokens: number | null): TargetModel;
  /** Reads an answer whose status is not one of success. */
  readError(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts;
}

/** The headers by which a request says who asks; with a `null` secret only what needs none. */
export function providerHeaders(
  { authentication, headers }: ProviderDeclaration,
  secret: string | null,
): Readonly<Record<string, string>> {
  if (secret === null || authentication === 'none') return headers;
  if (authentication === 'x-api-key') return { ...headers, 'x-api-key': secret };
  return { ...headers, authorization: `Bearer ${secret}` };
}
