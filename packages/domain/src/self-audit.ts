/** How far back a self-audit reads single events: sums are always read whole. */
export const SELF_AUDIT_EXTENTS = ['recent', 'full'] as const;

export type SelfAuditExtent = (typeof SELF_AUDIT_EXTENTS)[number];

/** `red` has findings; `failed` could not be carried out. */
export const SELF_AUDIT_STATES = ['requested', 'running', 'green', 'red', 'failed'] as const;

export type SelfAuditState = (typeof SELF_AUDIT_STATES)[number];

/** What a self-audit looks at. */
export const SELF_AUDIT_CHECKS = [
  'ledger-sums-to-zero',
  'balances-are-their-entries',
  'accruals-sum-to-zero',
  'minutes-are-sealed',
  'days-are-in-the-ledger',
  'hours-are-days',
  'keys-are-days',
  'deployments-are-hours',
  'installation-is-hours',
  'utc-days-are-hours',
  'budgets-are-days',
  'lines-are-events',
  'events-are-in-the-ledger',
  'events-are-in-days',
  'events-are-in-budgets',
  'events-are-in-spend',
  'grants-are-their-uses',
  'events-are-funded',
  'prepaid-is-grants',
  'promo-is-used',
  'expiries-are-booked',
  'captured-is-events',
  'waste-is-in-the-ledger',
  'key-hours-are-hours',
  'usage-is-booked',
  'usage-is-priced',
  'quarantine-is-empty',
] as const;

export type SelfAuditCheck = (typeof SELF_AUDIT_CHECKS)[number];

export interface SelfAuditFinding {
  readonly check: SelfAuditCheck;
  readonly organizationId: string | null;
  readonly accountingPeriod: string | null;
  readonly message: string;
  /** Decimal amounts, or counts. */
  readonly expected: string | null;
  readonly found: string | null;
  readonly difference: string | null;
}
