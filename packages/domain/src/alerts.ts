/** How much an alert matters, the least first. */
export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;

export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** What an organization is told of its own money. */
export const ORGANIZATION_ALERT_KINDS = [
  'budget.threshold-reached',
  'budget.exhaustion-forecast',
  'balance.low',
  'balance.exhausted',
  'balance.exhaustion-forecast',
  'credit.expiring',
  'spend.anomaly',
] as const;

/** What only the operator is told. */
export const OPERATOR_ALERT_KINDS = [
  'model.unpriced',
  'self-audit.red',
  'usage.quarantined',
  'review.opened',
  'posting.awaits-approval',
] as const;

export const ALERT_KINDS = [...ORGANIZATION_ALERT_KINDS, ...OPERATOR_ALERT_KINDS] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

/** Kinds that tell of a balance: for those who may see the ledger. */
export const BALANCE_ALERT_KINDS: readonly AlertKind[] = [
  'balance.low',
  'balance.exhausted',
  'balance.exhaustion-forecast',
  'credit.expiring',
];

/** Instants are RFC 3339, amounts decimal USD. */
interface BudgetFacts {
  readonly budgetId: string;
  readonly scope: string;
  readonly scopeId: string;
  readonly scopeName: string;
  readonly spent: string;
  readonly granted: string;
  readonly periodEndsAt: string;
}

interface ForecastFacts {
  readonly expectedAt: string;
  /** Between the two with a chance of about three in four; `latestAt` is null where it may last for longer than is looked ahead. */
  readonly earliestAt: string;
  readonly latestAt: string | null;
}

/** What an alert is made from, by its kind. Its words are made of nothing else. */
export interface AlertFacts {
  readonly 'budget.threshold-reached': BudgetFacts & { readonly percent: number };
  readonly 'budget.exhaustion-forecast': BudgetFacts & ForecastFacts;
  readonly 'balance.low': { readonly available: string; readonly threshold: string };
  readonly 'balance.exhausted': { readonly available: string };
  readonly 'balance.exhaustion-forecast': { readonly available: string } & ForecastFacts;
  readonly 'credit.expiring': {
    readonly grantId: string;
    readonly account: string;
    readonly remaining: string;
    readonly expiresAt: string;
  };
  readonly 'spend.anomaly': {
    readonly scope: 'organization' | 'project' | 'api_key';
    readonly scopeId: string;
    readonly scopeName: string;
    /** The clock hour, and what was spent in it so far. */
    readonly hour: string;
    readonly spent: string;
    /** What the hour of the comparison cost, and how many times as much is still usual. */
    readonly usual: string;
    readonly times: string;
  };
  readonly 'model.unpriced': { readonly model: string; readonly reviewItemId: string };
  readonly 'self-audit.red': {
    readonly selfAuditId: string;
    readonly findings: number;
    readonly checks: readonly string[];
  };
  readonly 'usage.quarantined': { readonly events: number; readonly reason: string };
  readonly 'review.opened': { readonly kinds: Readonly<Record<string, number>>; readonly since: string };
  readonly 'posting.awaits-approval': {
    readonly postingId: string;
    readonly postingKind: string;
    readonly amount: string;
    readonly organizationId: string;
    readonly organizationName: string;
    readonly requestedBy: string;
  };
}

/** How alerts reach people and programs. */
export const ALERT_CHANNEL_KINDS = ['email', 'webhook', 'slack'] as const;

export type AlertChannelKind = (typeof ALERT_CHANNEL_KINDS)[number];

/** `dead`: it will not be tried again unless somebody replays it. */
export const ALERT_DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;

export type AlertDeliveryState = (typeof ALERT_DELIVERY_STATES)[number];

/** How easily spend is taken for unusual; `off` never. */
export const ANOMALY_SENSITIVITIES = ['off', 'low', 'normal', 'high'] as const;

export type AnomalySensitivity = (typeof ANOMALY_SENSITIVITIES)[number];
