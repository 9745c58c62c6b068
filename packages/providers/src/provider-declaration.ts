import type { DialectId } from './dialect.js';
import type { MaxOutputField } from './passthrough/scanned-request.js';
import type { UpstreamErrorFacts, UpstreamHeaders } from './upstream-error.js';

export type ProviderId = 'openai' | 'openai-compatible' | 'ollama' | 'sandbox';

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
  readonly dialect: DialectId;
  /** `null`: each deployment has to bring its own. */
  readonly defaultBaseUrl: string | null;
  /** `optional-bearer`: engines that take a key only when they were started with one. */
  readonly authentication: 'bearer' | 'optional-bearer' | 'none';
  /** Path of chat completions, relative to the base URL. */
  readonly chatPath: string;
  /** Whether `stream_options` may be sent, so that every stream reports its usage. */
  readonly forcesUsage: boolean;
  /** What a client that leaves means for the bill: the rest is not generated, or is, and has to be read to be known. */
  billsAfterDisconnect(upstreamModel: string): 'stops' | 'continues';
  /**
   * Web searches that every answer of the model is billed for, whatever the request says: the bound for the hold, and the
   * quantity of the meter `web_search`, which the provider does not report. What a search finds may be billed as input
   * tokens; no byte of the request bounds those.
   */
  searchesPerRequest(upstreamModel: string): 0 | 1;
  /** It is no real model: always labelled, outside every total. */
  readonly simulated: boolean;
  readonly connectionTest: ConnectionTest;
  /** The name under which a model takes the cap on its output. */
  outputCapField(upstreamModel: string): MaxOutputField;
  /** Reads an answer whose status is not one of success. */
  readError(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts;
}
