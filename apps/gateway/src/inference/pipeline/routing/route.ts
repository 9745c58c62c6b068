import type { Target } from '@tollgate/domain';
import type { PriceSheet } from '@tollgate/billing';
import type {
  AnyProviderOperation,
  DialectId,
  ProviderDeclaration,
  ProviderEndpoint,
  TargetModel,
  UpstreamErrorFacts,
  UpstreamHeaders,
} from '@tollgate/providers';
import type { UpstreamAuthorizer } from '@tollgate/upstream-authorization';
import type { Dispatcher } from 'undici';

/** Where and how a deployment is reached: everything that does not change from request to request is made once. */
export interface Upstream {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  /** The path of the base URL, without a slash at its end. */
  readonly basePath: string;
  /** Proves who asks where no header that stays the same does: by a signature or a minted token. */
  readonly authorizer: UpstreamAuthorizer | null;
  /** The query of the base URL, with its question mark; empty where there is none. */
  readonly query: string;
  /** Name, value, name, value: undici's cheapest form. Carries the provider's secret, so it is never logged. */
  readonly headers: readonly string[];
}

/** Where at its upstream a model is asked, once for answers that are whole and once for streams. */
export interface CandidatePaths {
  readonly whole: string;
  readonly streamed: string;
  /** Where the tokens of a request are counted for nothing; `null` where nowhere. */
  readonly countTokens: string | null;
}

/** A deployment that may serve a model for one organization at one endpoint of ours, with its prices. */
export interface Candidate {
  /** The wire format of conversations that it is spoken to in; `null` where no conversation is asked for. */
  readonly dialect: DialectId | null;
  /** What it does that is no conversation, and how; `null` for conversations. */
  readonly operation: AnyProviderOperation | null;
  readonly paths: CandidatePaths;
  /** What the provider takes instead of a body of the dialect; `null` where it takes that. */
  readonly rewrite: ReturnType<NonNullable<ProviderEndpoint['rewrite']>>;
  /** Reads an answer whose status is not one of success. */
  readError(status: number, headers: UpstreamHeaders, body: Buffer): UpstreamErrorFacts;
  readonly credentialId: string;
  readonly provider: ProviderDeclaration;
  readonly target: Target;
  /** `target` as JSON, for the journal. */
  readonly targetJson: string;
  readonly upstream: Upstream;
  readonly sheet: PriceSheet;
  readonly priced: boolean;
  /** The model's own limits, where the catalogue knows them. */
  readonly maxOutputTokens: number | null;
  readonly contextWindow: number | null;
  /** What translating a request for it has to know. */
  readonly targetModel: TargetModel;
  /** Response headers that say who serves: name, value, name, value. */
  readonly answerHeaders: readonly string[];
}

/**
 * The route as a key with a budget may take it: a deployment without a price cannot be held for, so it is left aside
 * where another has one. Where none has, or only one that somebody else would pay, the route stays and admission refuses.
 */
export function withoutUnpriced(route: Route): Route {
  const payer = route.candidates[0].target.credentialOwner;
  const priced = route.candidates.filter((candidate) => candidate.priced);
  const [first, ...rest] = priced;
  return first?.target.credentialOwner === payer ? routeOf(route.model, [first, ...rest]) : route;
}

/** What a model's name means for one key: the deployments that may serve it, best first. */
export interface Route {
  readonly model: string;
  readonly modelJson: string;
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** What all of them speak; `null` where they differ. */
  readonly dialect: DialectId | null;
}

export function routeOf(model: string, candidates: Route['candidates']): Route {
  const { dialect } = candidates[0];
  const alike = candidates.every((candidate) => candidate.dialect === dialect);
  return { model, modelJson: JSON.stringify(model), candidates, dialect: alike ? dialect : null };
}
