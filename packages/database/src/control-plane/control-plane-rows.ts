import type { LadderRung, RouteDefinition, RoutingConstraints } from '@tollgate/domain';

import type { BillingMode, LimitScope } from '../generated/enums.js';

/** Everything that gateways decide by, as of one instant. */
export interface ControlPlaneRows {
  /** Raised by every change; see `readControlPlaneVersion`. */
  readonly version: bigint;
  readonly organizations: readonly OrganizationRow[];
  readonly plans: readonly PlanLimitsRow[];
  readonly projects: readonly ProjectRow[];
  /** The enabled ones. */
  readonly deployments: readonly DeploymentRow[];
  readonly routes: readonly RouteRow[];
  readonly rateLimits: readonly RateLimitRow[];
  readonly budgets: readonly BudgetRow[];
  readonly models: readonly ModelRow[];
}

export interface OrganizationRow {
  readonly id: string;
  readonly timeZone: string;
  /** Its plan's, where it has one. */
  readonly billingMode: BillingMode;
  readonly simulated: boolean;
  readonly planId: string | null;
  /**
   * Published state of the prices that hold for the organization now: its own book's, else its plan's, else the
   * installation's default. Null when that book has never been published.
   */
  readonly priceSnapshotId: string | null;
}

/** What of a plan bounds each organization that has it and nothing of its own in this place. */
export interface PlanLimitsRow {
  readonly id: string;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly concurrency: number | null;
  /** Decimal USD per calendar month in the organization's zone. */
  readonly monthlyBudget: string | null;
}

export interface ProjectRow {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
}

/** A deployment with the credential that it calls its provider with. */
export interface DeploymentRow {
  readonly id: string;
  /** Null: usable by every organization. */
  readonly organizationId: string | null;
  readonly model: string;
  readonly upstreamModel: string;
  readonly region: string;
  readonly priority: number;
  /** Finishes what it has and gets nothing new. */
  readonly drained: boolean;
  readonly provider: string;
  readonly credentialId: string;
  readonly credentialOwner: 'operator' | 'organization';
  readonly baseUrl: string | null;
  /** For `openSecret` with the credential's id; null for providers that need no secret. */
  readonly ciphertext: Buffer | null;
  readonly masterKeyId: string | null;
  /** Raised by every change of the credential: what was wrong with it may have been repaired. */
  readonly credentialVersion: number;
}

/** What a name means that is no deployment's own, or more than that. An organization's own comes before the operator's. */
export interface RouteRow {
  readonly id: string;
  /** Null: for every organization. */
  readonly organizationId: string | null;
  /** The name that clients use. */
  readonly name: string;
  readonly definition: RouteDefinition;
}

export interface RateLimitRow {
  readonly scope: LimitScope;
  readonly scopeId: string;
  readonly organizationId: string;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly concurrency: number | null;
  readonly version: number;
}

export interface BudgetRow {
  readonly id: string;
  readonly scope: LimitScope;
  readonly scopeId: string;
  readonly organizationId: string;
  /** Decimal USD per calendar month in the organization's zone. */
  readonly amount: string;
  /** By percent, the lowest first. */
  readonly ladder: readonly LadderRung[];
  /** What is granted beside the amount until it expires; those that have not yet. */
  readonly raises: readonly BudgetRaiseRow[];
  readonly version: number;
}

export interface BudgetRaiseRow {
  /** Decimal USD. */
  readonly amount: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** What is known of a model at a provider. */
export interface ModelRow {
  readonly provider: string;
  readonly name: string;
  readonly displayName: string;
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  readonly features: readonly string[];
  readonly knowledgeCutoff: string | null;
  readonly aliases: readonly string[];
  readonly deprecated: boolean;
}

/** A live secret with its key: what authentication needs. */
export interface PrincipalRow {
  readonly secretId: string;
  /** Base64 of the SHA-256. */
  readonly secretHash: string;
  readonly apiKeyId: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly ownerId: string | null;
  readonly name: string;
  readonly modelAllowlist: readonly string[];
  readonly tags: readonly string[];
  /** Addresses and CIDR ranges from where the key may be used; empty is everywhere. */
  readonly ipRanges: readonly string[];
  /** What becomes of parameters that the target cannot be told. */
  readonly unsupportedParameters: 'refuse' | 'drop';
  readonly constraints: RoutingConstraints;
  /** Unix milliseconds: the earlier expiry of the key and its secret. May be in the past. */
  readonly expiresAt: number | null;
}
