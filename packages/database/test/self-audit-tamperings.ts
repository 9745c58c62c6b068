import type { SelfAuditCheck } from '@tollgate/domain';

interface Tampering {
  readonly name: string;
  readonly change: (organizationId: string) => string;
  /** Who notices, in a `recent` and in a `full` audit. */
  readonly recent: readonly SelfAuditCheck[];
  readonly full: readonly SelfAuditCheck[];
  /** The one that must tell this difference. */
  readonly difference: readonly [SelfAuditCheck, string];
  /** Whether it can name the organization and the period. */
  readonly named?: boolean;
  /** False where it names the organization only. */
  readonly period?: boolean;
}

export const of = (organizationId: string): string => `organization_id = '${organizationId}'`;
export const onePico = (table: string, column: string, where: string, key = 'ctid'): string =>
  `UPDATE ${table} SET ${column} = ${column} + 0.000000000001 WHERE ${key} = (SELECT ${key} FROM ${table} WHERE ${where} LIMIT 1)`;
const PICO = '0.000000000001';

/** Compare what is of no accounting period. */
export const WITHOUT_PERIOD: readonly SelfAuditCheck[] = [
  'hours-are-days',
  'waste-is-in-the-ledger',
  'key-hours-are-hours',
];

export const TAMPERINGS: readonly Tampering[] = [
  {
    name: 'waste by day raised by a picounit',
    change: (id) => onePico('waste_day', 'provider_cost', `${of(id)} AND kind = 'failed_attempt'`),
    recent: ['waste-is-in-the-ledger'],
    full: ['waste-is-in-the-ledger'],
    difference: ['waste-is-in-the-ledger', PICO],
  },
  {
    name: 'an hour of a key raised by a picounit',
    change: (id) => onePico('spend_hour', 'billed_cost', of(id)),
    recent: ['key-hours-are-hours'],
    full: ['key-hours-are-hours'],
    difference: ['key-hours-are-hours', PICO],
  },
  {
    name: 'an entry raised by a picounit',
    change: (id) => onePico('ledger_entry', 'amount', `${of(id)} AND account = 'prepaid' AND kind = 'payment'`),
    recent: ['ledger-sums-to-zero'],
    full: ['ledger-sums-to-zero', 'balances-are-their-entries'],
    difference: ['ledger-sums-to-zero', PICO],
  },
  {
    name: 'a transaction without its entries',
    change: (id) => `DELETE FROM ledger_entry WHERE ${of(id)} AND kind = 'payment'`,
    recent: ['ledger-sums-to-zero'],
    full: ['ledger-sums-to-zero', 'balances-are-their-entries'],
    difference: ['ledger-sums-to-zero', '-2'],
  },
  {
    name: 'a transaction of usage that is gone',
    change: (id) =>
      `DELETE FROM ledger_entry WHERE ${of(id)} AND kind = 'usage'; DELETE FROM ledger_transaction WHERE ${of(id)} AND kind = 'usage'`,
    recent: ['events-are-in-the-ledger'],
    full: ['balances-are-their-entries', 'events-are-in-the-ledger'],
    difference: ['events-are-in-the-ledger', ''],
  },
  {
    name: 'a balance raised',
    change: (id) => onePico('ledger_balance', 'amount', `${of(id)} AND account = 'revenue'`),
    recent: ['days-are-in-the-ledger'],
    full: ['balances-are-their-entries', 'days-are-in-the-ledger'],
    difference: ['balances-are-their-entries', PICO],
  },
  {
    name: 'an accrual raised',
    change: (id) => onePico('usage_accrual', 'amount', `${of(id)} AND account = 'revenue'`),
    recent: ['accruals-sum-to-zero', 'days-are-in-the-ledger', 'events-are-in-the-ledger'],
    full: ['accruals-sum-to-zero', 'days-are-in-the-ledger', 'events-are-in-the-ledger'],
    difference: ['accruals-sum-to-zero', PICO],
  },
  {
    name: 'a minute that nobody seals',
    change: (id) => `UPDATE usage_accrual SET booking_minute = booking_minute - interval '20 minutes' WHERE ${of(id)}`,
    recent: ['minutes-are-sealed'],
    full: ['minutes-are-sealed'],
    difference: ['minutes-are-sealed', '1'],
  },
  {
    name: 'a day raised',
    change: (id) => onePico('usage_day', 'billed_cost', of(id)),
    recent: ['budgets-are-days', 'days-are-in-the-ledger', 'hours-are-days', 'keys-are-days'],
    full: ['budgets-are-days', 'days-are-in-the-ledger', 'events-are-in-days', 'hours-are-days', 'keys-are-days'],
    difference: ['events-are-in-days', PICO],
  },
  {
    name: 'an hour that counts a request less',
    change: (id) =>
      `UPDATE usage_hour SET requests = requests - 1 WHERE ctid = (SELECT ctid FROM usage_hour WHERE ${of(id)} LIMIT 1)`,
    recent: ['deployments-are-hours', 'hours-are-days', 'installation-is-hours', 'utc-days-are-hours'],
    full: ['deployments-are-hours', 'hours-are-days', 'installation-is-hours', 'utc-days-are-hours'],
    difference: ['hours-are-days', '-1'],
  },
  {
    name: 'a key that is gone from its day',
    change: (id) => `DELETE FROM usage_key_day WHERE ${of(id)}`,
    recent: ['keys-are-days'],
    full: ['keys-are-days'],
    difference: ['keys-are-days', ''],
  },
  {
    name: 'a deployment raised',
    change: () => onePico('deployment_hour', 'billed_cost', 'true'),
    recent: ['deployments-are-hours', 'utc-days-are-hours'],
    full: ['deployments-are-hours', 'utc-days-are-hours'],
    difference: ['deployments-are-hours', PICO],
    named: false,
  },
  {
    name: 'an hour of the installation raised',
    change: () => onePico('installation_hour', 'list_cost', 'true'),
    recent: ['installation-is-hours', 'utc-days-are-hours'],
    full: ['installation-is-hours', 'utc-days-are-hours'],
    difference: ['installation-is-hours', PICO],
    named: false,
  },
  ...['installation_day', 'deployment_day'].map((table) => ({
    name: `a row of ${table} raised`,
    change: () => onePico(table, 'provider_cost', 'true'),
    recent: ['utc-days-are-hours'],
    full: ['utc-days-are-hours'],
    difference: ['utc-days-are-hours', PICO] as const,
    named: false,
  })),
  {
    name: 'a day of UTC that an organization has lost',
    change: (id) => `DELETE FROM organization_day WHERE ${of(id)}`,
    recent: ['utc-days-are-hours'],
    full: ['utc-days-are-hours'],
    difference: ['utc-days-are-hours', ''],
  },
  {
    name: 'what a tag cost lowered',
    change: (id) => onePico('spend_day', 'provider_cost', `${of(id)} AND scope = 'tag'`).replace('+', '-'),
    recent: [],
    full: ['events-are-in-spend'],
    difference: ['events-are-in-spend', `-${PICO}`],
  },
  {
    name: 'an end user that is gone',
    change: (id) => `DELETE FROM spend_day WHERE ${of(id)} AND scope = 'end_user'`,
    recent: [],
    full: ['events-are-in-spend'],
    difference: ['events-are-in-spend', ''],
  },
  {
    name: 'money spent by a key lowered',
    change: (id) =>
      `UPDATE budget_spend SET spent = spent - 0.5 WHERE ctid = (SELECT ctid FROM budget_spend WHERE ${of(id)} AND scope = 'api_key' LIMIT 1)`,
    recent: ['budgets-are-days'],
    full: ['budgets-are-days', 'events-are-in-budgets'],
    difference: ['events-are-in-budgets', '-0.500000000000'],
  },
  {
    name: 'a rated line deleted',
    change: (id) =>
      `DELETE FROM rated_line WHERE ctid = (SELECT ctid FROM rated_line WHERE ${of(id)} AND revision = 0 LIMIT 1)`,
    recent: ['lines-are-events'],
    full: ['lines-are-events'],
    difference: ['lines-are-events', ''],
  },
  {
    name: 'an event with its lines deleted',
    change: (
      id,
    ) => `CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT request_id, part FROM usage_event WHERE ${of(id)} AND charge = 'customer' LIMIT 1;
      DELETE FROM usage_event USING gone WHERE usage_event.request_id = gone.request_id;
      DELETE FROM rated_line USING gone WHERE rated_line.request_id = gone.request_id`,
    recent: ['events-are-in-the-ledger'],
    full: [
      ...(['captured-is-events', 'events-are-in-budgets', 'events-are-in-days', 'events-are-in-spend'] as const),
      'events-are-in-the-ledger',
    ],
    difference: ['events-are-in-the-ledger', ''],
  },
  {
    name: 'an event without a price',
    change: (id) =>
      `UPDATE usage_event SET rating_state = 'unpriced' WHERE ctid = (SELECT ctid FROM usage_event WHERE ${of(id)} AND revision = 1 LIMIT 1)`,
    recent: ['usage-is-priced'],
    full: ['usage-is-priced'],
    difference: ['usage-is-priced', '1'],
  },
  {
    name: 'a grant with more left than it has',
    change: (id) => `UPDATE credit_grant_balance SET remaining = remaining + 0.000000000001 WHERE grant_id = (
      SELECT id FROM credit_grant WHERE ${of(id)} AND account = 'promo')`,
    recent: [],
    full: ['grants-are-their-uses'],
    difference: ['grants-are-their-uses', PICO],
  },
  {
    name: 'a prepaid grant with less left than we owe',
    change: (id) => `UPDATE credit_grant_balance SET remaining = remaining - 0.000000000001 WHERE grant_id = (
      SELECT id FROM credit_grant WHERE ${of(id)} AND account = 'prepaid' AND expires_at IS NULL)`,
    recent: ['prepaid-is-grants'],
    full: ['grants-are-their-uses', 'prepaid-is-grants'],
    difference: ['prepaid-is-grants', `-${PICO}`],
    period: false,
  },
  {
    name: 'an allocation that is gone',
    change: (id) => `DELETE FROM grant_allocation WHERE ctid = (
      SELECT ctid FROM grant_allocation WHERE ${of(id)} AND account = 'promo' AND revision = 0 LIMIT 1)`,
    recent: ['events-are-funded'],
    full: ['events-are-funded', 'grants-are-their-uses', 'promo-is-used'],
    difference: ['promo-is-used', ''],
    period: false,
  },
  {
    name: 'an event that says another account paid it',
    change: (id) => `UPDATE usage_event SET prepaid_cost = prepaid_cost + 1 WHERE ctid = (
      SELECT ctid FROM usage_event WHERE ${of(id)} AND prepaid_cost > 0 LIMIT 1)`,
    recent: ['events-are-funded'],
    full: ['events-are-funded'],
    difference: ['events-are-funded', '1.000000000000'],
  },
  {
    name: 'an expiry that nobody booked',
    change: (id) => `DELETE FROM ledger_entry WHERE ${of(id)} AND kind = 'expiry';
      DELETE FROM ledger_transaction WHERE ${of(id)} AND kind = 'expiry';
      DELETE FROM ledger_balance WHERE ${of(id)} AND kind = 'expiry'`,
    recent: [],
    full: ['expiries-are-booked'],
    difference: ['expiries-are-booked', ''],
    period: false,
  },
  {
    name: 'captures that are not counted',
    change: (id) => `UPDATE organization_funding SET captured = captured - 0.000000000001 WHERE ${of(id)}`,
    recent: [],
    full: ['captured-is-events'],
    difference: ['captured-is-events', `-${PICO}`],
    period: false,
  },
  {
    name: 'an event in quarantine',
    change: () => `INSERT INTO usage_quarantine (digest, payload, reason) VALUES ('x', '{}', 'not an event')`,
    recent: ['quarantine-is-empty'],
    full: ['quarantine-is-empty'],
    difference: ['quarantine-is-empty', '1'],
    named: false,
  },
  {
    name: 'an event that nobody books',
    change: () => `INSERT INTO usage_inbox VALUES (0, gen_random_uuid(), 0, 0, '{}', now() - interval '1 hour')`,
    recent: ['usage-is-booked'],
    full: ['usage-is-booked'],
    difference: ['usage-is-booked', '1'],
    named: false,
  },
];
