import type { Charge } from '@tollgate/billing';
import type {
  AttemptRecord,
  Meter,
  Outcome,
  Picos,
  RouteDecision,
  Timings,
  Usage,
  UsageSource,
} from '@tollgate/domain';

/**
 * A request as it stands in the books: the newest revision of its part 0. What it cost beside, its further parts, is told
 * apart, and is in none of the sums.
 */
export interface RequestRecord {
  /** A uuid; people see it as `req_…`. */
  readonly requestId: string;
  readonly organizationId: string;
  readonly projectId: string;
  /** `null` when there is no such project or key any more. */
  readonly projectName: string | null;
  readonly apiKeyId: string;
  readonly apiKeyName: string | null;
  readonly memberId: string | null;
  readonly endUser: string | null;
  readonly tags: readonly string[];
  readonly occurredAt: Date;
  readonly accountingPeriod: string;
  readonly bookedAt: Date;
  /** Of the ledger transaction that the request was, or will be, sealed into. */
  readonly bookingMinute: Date;
  readonly gatewayId: string;
  readonly endpoint: string;
  readonly surface: string;
  readonly requestedModel: string;
  readonly servedModel: string | null;
  readonly provider: string | null;
  readonly upstreamModel: string | null;
  /** The wire format of the provider; `null` when nothing was sent, or before this was kept. */
  readonly upstreamDialect: string | null;
  readonly deploymentId: string | null;
  readonly region: string | null;
  readonly serviceTier: string;
  readonly credentialOwner: string | null;
  readonly simulated: boolean;
  readonly stream: boolean;
  readonly outcome: Outcome;
  readonly errorCode: string | null;
  readonly status: number;
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly ratingState: 'rated' | 'unpriced' | 'none';
  readonly charge: Charge;
  readonly providerCost: Picos;
  readonly listCost: Picos;
  readonly billedCost: Picos;
  /** As the provider itself told; `null` when it does not. */
  readonly providerReportedCost: Picos | null;
  /** What the gateway captured; `null` when nothing was held. */
  readonly capturedCost: Picos | null;
  readonly hold: Picos;
  readonly priceSnapshot: RecordedSnapshot | null;
  readonly attempts: readonly AttemptRecord[];
  /** How its deployment was chosen; `null` when there was nothing to choose from, or before this was kept. */
  readonly routing: RouteDecision | null;
  readonly timings: Timings;
  readonly revision: number;
  /** In the order of their parts. */
  readonly wasted: readonly WastedPart[];
  readonly lines: readonly RecordedLine[];
}

/** A wasted attempt, a hedge that lost, a shadow copy: nobody but us pays for it. */
export interface WastedPart {
  readonly part: number;
  readonly outcome: Outcome;
  readonly provider: string | null;
  readonly upstreamModel: string | null;
  readonly deploymentId: string | null;
  readonly usage: Usage;
  readonly providerCost: Picos;
}

/** The published state of the prices that the request was rated with. */
export interface RecordedSnapshot {
  readonly id: string;
  readonly priceBookId: string;
  readonly sequence: number;
  readonly publishedAt: Date;
  /** `null`: as the book above says. */
  readonly markupBasisPoints: number | null;
  readonly platformFeeBasisPoints: number | null;
}

/** Quantity × price: `billedCost` is `quantity × unitAmount ÷ per` with the markup, rounded half-even to the picodollar. */
export interface RecordedLine {
  readonly part: number;
  /** Its number within the part and revision. */
  readonly line: number;
  readonly meter: Meter;
  /** Another meter when the model has no price for this one. */
  readonly pricedAs: Meter;
  readonly quantity: number;
  readonly unitAmount: Picos;
  readonly per: number;
  readonly priceId: string;
  /** `null`: from before it was kept, when that of the snapshot held for every line. */
  readonly markupBasisPoints: number | null;
  readonly providerCost: Picos;
  readonly listCost: Picos;
  readonly billedCost: Picos;
}
