import type { Feature } from './catalogue/features.js';
import type { DialectId } from './dialect-id.js';
import type { JsonRecord } from './json.js';
import type { ProviderOperations } from './operations/provider-operations.js';
import type { ProviderId } from './provider-id.js';
import type { TargetModel } from './target-model.js';
import type { UpstreamErrorFacts, UpstreamHeaders } from './upstream-error.js';

/**
 * How a request says who asks. `optional-bearer`: engines that take a key only when they were started with one;
 * `x-api-key` and `x-goog-api-key`: in a header so named. `aws`: a signature of the request, or a bearer key; `google-cloud`
 * and `azure`: a token that is minted from the credential, or a plain key.
 */
export type Authentication =
  'bearer' | 'optional-bearer' | 'x-api-key' | 'x-goog-api-key' | 'aws' | 'google-cloud' | 'azure' | 'none';

/** How to find out whether an address and a credential work, without spending anything. */
export interface ConnectionTest {
  readonly method: 'GET' | 'POST';
  /** Relative to the base URL. */
  readonly path: string;
  /** Where the question is asked of another host than the models: the whole address, from the base URL. */
  address?(baseUrl: string): string;
  readonly body?: JsonRecord;
  /** Statuses with which a provider refuses what asks for nothing, but only of those whom it knows. */
  readonly refusals?: readonly number[];
  /** The names of the models that the provider serves, or `null` when the answer is not what it should be. */
  readModels(body: Buffer): readonly string[] | null;
}

/** The variables by which the vendor's own tools are told what to use; of several, the first that is set. */
export interface ProviderEnvironment {
  /** Variables that hold the secret. */
  readonly secret?: readonly string[];
  /** The secret is a JSON object of these fields; all are needed whose name does not end in `?`. */
  readonly secretParts?: Readonly<Record<string, readonly string[]>>;
  /** Variables that name a file with the secret in it. */
  readonly secretFile?: readonly string[];
  readonly baseUrl?: readonly string[];
  /** The base URL may be given as a host, `host:port` or `:port`, without `/v1`; this is the usual port. */
  readonly hostPort?: number;
  /** What stands for `{name}` in the template of the base URL. */
  readonly baseUrlParts?: Readonly<Record<string, readonly string[]>>;
  /** Where filling in the template is not enough; all parts are there. */
  readonly baseUrlOf?: (parts: Readonly<Record<string, string>>) => string;
}

/** What the path of an endpoint may depend on. */
export interface EndpointRequest {
  readonly upstreamModel: string;
  readonly stream: boolean;
  /** The path of the base URL, without a slash at its end. */
  readonly basePath: string;
}

/** What is known of a model when its endpoint is chosen. */
export interface OfferedModel {
  /** The provider's name for it. */
  readonly name: string;
  /** As the catalogue has them; empty where it does not know the model. */
  readonly features: readonly string[];
  /** Somewhere else than at the vendor's own address: what stands in for it seldom has more than its first dialect. */
  readonly elsewhere?: boolean;
}

/** A place where models of a provider answer, in one wire format. */
export interface ProviderEndpoint {
  readonly dialect: DialectId;
  /** Relative to the base URL; may bring a query. */
  path(request: EndpointRequest): string;
  /** The path stands below the origin: other dialects of a vendor mostly lie beside its base URL, not below it. */
  readonly belowOrigin?: true;
  /** Servers that stand in for the vendor, at an address of the operator's own, have it too. */
  readonly everywhere?: true;
  /** Whether the model answers here; without this, every model does. */
  serves?(model: OfferedModel): boolean;
  /**
   * Turns a body of the dialect into what the provider takes where that is less or other: then also a request of the same
   * dialect is parsed and written anew. `null` leaves the request of this model as it is.
   */
  rewrite?(upstreamModel: string): ((body: JsonRecord) => JsonRecord) | null;
}

/** All that the gateway has to know of a vendor or engine. */
export interface ProviderDeclaration {
  readonly id: ProviderId;
  readonly displayName: string;
  /** The vendor's reference of its API. */
  readonly documentationUrl: string;
  /** Without this, the environment does not make it usable. */
  readonly environment?: ProviderEnvironment;
  /** Where models answer. A client's own dialect is preferred where the provider speaks it, else the first that serves the model. */
  readonly endpoints: readonly ProviderEndpoint[];
  /** What its models do beside answering conversations. */
  readonly operations?: ProviderOperations;
  /** `null`: each credential has to bring its own. */
  readonly defaultBaseUrl: string | null;
  /** How a base URL looks that has to be brought: `{name}` stands for what the operator fills in. */
  readonly baseUrlTemplate?: string;
  /** Regions that the template's `{region}` is known to take. */
  readonly regions?: readonly string[];
  readonly authentication: Authentication;
  /** Where to get a credential, for whoever adds one. */
  readonly credentialUrl?: string;
  /** Sent with every request for which the client's own headers do not say otherwise; names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Path that counts the tokens of a request of the first endpoint's dialect for nothing. */
  readonly countTokensPath?: (upstreamModel: string) => string;
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
  /** Whether requests go over HTTP/2 where the host speaks it. */
  readonly http2?: true;
  readonly connectionTest: ConnectionTest;
  /**
   * What the model takes.
   * @param maxOutputTokens what the catalogue or the deployment says of it.
   * @param dialect of the endpoint that is asked, without which it is the first one's: some facts depend on it.
   */
  targetModel(upstreamModel: string, maxOutputTokens: number | null, dialect?: DialectId): TargetModel;
  /** Reads an answer whose status is not one of success, where the dialect's own reader does not understand it. */
  readonly readError?: (status: number, headers: UpstreamHeaders, body: Buffer) => UpstreamErrorFacts;
}

/**
 * The headers by which a request says who asks, with a secret that is sent as it is; with a `null` secret only what needs
 * none. Signatures and tokens are made elsewhere: they take time or the request itself.
 */
export function providerHeaders(
  { authentication, headers }: ProviderDeclaration,
  secret: string | null,
): Readonly<Record<string, string>> {
  if (secret === null) return headers;
  switch (authentication) {
    case 'none':
      return headers;
    case 'x-api-key':
    case 'x-goog-api-key':
      return { ...headers, [authentication]: secret };
    case 'azure':
      return { ...headers, 'api-key': secret };
    case 'bearer':
    case 'optional-bearer':
    case 'aws':
    case 'google-cloud':
      return { ...headers, authorization: `Bearer ${secret}` };
  }
}

/** Whether a credential of the provider is of no use without a secret. */
export function needsSecret({ authentication }: Pick<ProviderDeclaration, 'authentication'>): boolean {
  return authentication !== 'none' && authentication !== 'optional-bearer';
}

/** The whole address of the connection test. */
export function connectionTestUrl(
  { connectionTest }: Pick<ProviderDeclaration, 'connectionTest'>,
  baseUrl: string,
): string {
  const base = baseUrl.replace(/\/+$/, '');
  return connectionTest.address?.(base) ?? base + connectionTest.path;
}

const CONVERSES: readonly Feature[] = ['chat', 'responses', 'completions'];
/** Models for sounds and pictures are not among them: some vendors' are asked in a conversation. */
const DOES_ELSE: readonly Feature[] = ['embeddings', 'rerank', 'moderations', 'realtime'];

/** Nothing is assumed of a model of which the catalogue does not know what it does. */
function mayConverse({ features }: OfferedModel): boolean {
  return (
    CONVERSES.some((feature) => features.includes(feature)) || !DOES_ELSE.some((feature) => features.includes(feature))
  );
}

/** Where a model answers a client of this dialect, or `null` when it does not: in the client's own words if it can. */
export function endpointFor(
  { endpoints }: Pick<ProviderDeclaration, 'endpoints'>,
  model: OfferedModel,
  dialect: DialectId,
): ProviderEndpoint | null {
  if (!mayConverse(model)) return null;
  const [first] = endpoints;
  const isThere = (endpoint: ProviderEndpoint): boolean =>
    model.elsewhere !== true || endpoint.everywhere === true || endpoint.dialect === first?.dialect;
  const serving = endpoints.filter((endpoint) => isThere(endpoint) && (endpoint.serves?.(model) ?? true));
  const own = serving.find((endpoint) => endpoint.dialect === dialect);
  // nothing is translated into legacy completions
  return own ?? serving.find((endpoint) => endpoint.dialect !== 'openai-completions') ?? null;
}
