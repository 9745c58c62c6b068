import type { Exclusion, FallbackCause, RouteDefinition, Target, TargetCondition } from '@tollgate/domain';
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
import type { Contender, RouteMemory, TargetHealth, UnitPrices } from '@tollgate/routing';
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
  /** How it is doing; the same object for as long as the gateway runs, whatever changes in the control plane. */
  readonly health: TargetHealth;
  /** Finishes what it has and gets nothing new. */
  readonly drained: boolean;
  /** What is sent there does not leave the operator's house. */
  readonly isLocal: boolean;
  readonly provider: ProviderDeclaration;
  readonly target: Target;
  /** `target` as JSON, for the journal. */
  readonly targetJson: string;
  /** The beginning of what decisions say of it, as JSON: what does not change from request to request. */
  readonly decisionHead: string;
  readonly upstream: Upstream;
  readonly sheet: PriceSheet;
  readonly priced: boolean;
  /** What a token costs now, for comparing only; `null` without a price. */
  readonly unitPrices: UnitPrices | null;
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  /** The model's own limits, where the catalogue knows them. */
  readonly maxOutputTokens: number | null;
  readonly contextWindow: number | null;
  /** What translating a request for it has to know. */
  readonly targetModel: TargetModel;
  /** Response headers that say who serves: name, value, name, value. */
  readonly answerHeaders: readonly string[];
}

/** A deployment among those that a route leads to, as strategies look at it. */
export interface RouteContender extends Contender {
  readonly candidate: Candidate;
  /** For which requests it is meant: one of these holds; `null`: for all. */
  readonly when: readonly TargetCondition[] | null;
}

/** A deployment that the route leads to and the key, or the route itself, leaves out. */
export interface LeftOut {
  readonly candidate: Candidate;
  readonly exclusion: Exclusion;
}

/** What a model's name means for one key: the deployments that may serve it. */
export interface Route {
  readonly model: string;
  readonly modelJson: string;
  /** Id of what an operator or an admin wrote down; `null`: the name is that of deployments. */
  readonly routeId: string | null;
  readonly definition: RouteDefinition;
  /** By tier and position. Every one may come to be asked, so that a hold covers the dearest. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
  /** The same, as strategies look at them. */
  readonly contenders: readonly RouteContender[];
  readonly leftOut: readonly LeftOut[];
  /** Nothing of the route may be asked for this reason: the candidates are those that were left out. */
  readonly blocked: Exclusion | null;
  /** Whether some targets are meant for some requests only. */
  readonly conditional: boolean;
  /** An organization has set how long its providers may take, which says nothing of how quick they should be. */
  readonly hasTenantsTimes: boolean;
  /** What all of them speak; `null` where they differ. */
  readonly dialect: DialectId | null;
  readonly memory: RouteMemory;
  readonly fallbacks: Readonly<Partial<Record<FallbackCause, Route>>>;
  readonly canary: Route | null;
  readonly shadow: Route | null;
}
