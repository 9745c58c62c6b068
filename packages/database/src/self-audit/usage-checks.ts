import type { AuditCheck } from './ledger-checks.js';

/** What is compared of everything that adds requests up. */
const SUMS =
  'sum(requests) AS requests, sum(billed_cost) AS billed, sum(list_cost) AS list, sum(provider_cost) AS cost';

/** Of what a request cost beside, a part above 0, neither counts: it is none, and nothing is charged for it. */
const ofRequest = (event: string, figure: string): string => `CASE WHEN ${event}.part = 0 THEN ${figure} ELSE 0 END`;

/** What events add to the books: each its own, and a correction takes back what its predecessor added. */
const CONTRIBUTIONS = `(
  SELECT e.organization_id, e.accounting_period, e.project_id, e.api_key_id, e.member_id, e.end_user, e.tags,
         e.occurred_at, e.charge, ${ofRequest('e', '1')} AS requests, e.billed_cost,
         ${ofRequest('e', 'e.list_cost')} AS list_cost, e.provider_cost
  FROM usage_event e WHERE e.booked_at >= $1
  UNION ALL
  SELECT c.organization_id, c.accounting_period, p.project_id, p.api_key_id, p.member_id, p.end_user, p.tags,
         c.occurred_at, p.charge, ${ofRequest('p', '-1')}, -p.billed_cost, ${ofRequest('p', '-p.list_cost')},
         -p.provider_cost
  FROM usage_event c
  JOIN usage_event p ON p.request_id = c.request_id AND p.part = c.part AND p.revision = c.revision - 1
  WHERE c.revision > 0 AND c.booked_at >= $1
)`;

/** The money of usage in the books, in the ledger or accrued, as the sums that it was booked from. */
const ledgerSums = (entries: string): string => `(
  SELECT organization_id, accounting_period,
         coalesce(sum(amount) FILTER (WHERE account IN ('receivable', 'prepaid', 'promo')), 0) AS debited,
         coalesce(-sum(amount) FILTER (WHERE account = 'revenue'), 0) AS billed,
         coalesce(sum(amount) FILTER (WHERE account = 'waste'), 0) AS waste,
         coalesce(-sum(amount) FILTER (WHERE account = 'provider_payable'), 0) AS cost
  FROM (${entries}) AS usage GROUP BY organization_id, accounting_period
)`;

/** What usage is booked as; that credit used does not expire is another matter. */
const OF_USAGE = `kind IN ('usage', 'correction')`;

const POSTED_SINCE = `
  SELECT organization_id, accounting_period, account, amount FROM ledger_entry WHERE ${OF_USAGE} AND booked_at >= $1
  UNION ALL
  SELECT organization_id, accounting_period, account, amount FROM usage_accrual
  WHERE ${OF_USAGE} AND booking_minute >= $1`;

const BALANCES = `
  SELECT organization_id, accounting_period, account, amount FROM ledger_balance WHERE ${OF_USAGE}
  UNION ALL
  SELECT organization_id, accounting_period, account, amount FROM usage_accrual WHERE ${OF_USAGE}`;

const DAYS = `(
  SELECT organization_id, accounting_period, ${SUMS}
  FROM usage_day GROUP BY organization_id, accounting_period
)`;

/** Hours are of no accounting period: all organizations share them. */
const MONTH_OF_HOUR = `to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM')`;

const MONTH_OF_DAY = `to_char(day, 'YYYY-MM')`;

/** Pairs of figures that must be equal: what they are, what is expected, what is found. */
type Pairs = readonly (readonly [message: string, expected: string, found: string])[];

const compare = (from: string, pairs: Pairs): string => `
  SELECT organization_id, accounting_period, message, expected, found
  FROM ${from} CROSS JOIN LATERAL (VALUES
    ${pairs.map(([message, expected, found]) => `('${message}', coalesce(${expected}, 0), coalesce(${found}, 0))`).join(',\n    ')}
  ) AS figures(message, expected, found)
  WHERE expected <> found AND $1::timestamptz IS NOT NULL`;

/** What {@link SUMS} are called in findings. */
const FIGURES = { requests: 'requests', billed: 'billed cost', list: 'list cost', cost: 'provider cost' } as const;

/** Pairs of all {@link SUMS}. `found` and `expected` are what their tables are called in the query. */
const allSums = (
  [found, foundName]: readonly [table: string, name: string],
  [expected, expectedName]: readonly [table: string, name: string],
): Pairs =>
  Object.entries(FIGURES).map(([column, figure]) => [
    `${figure} of ${foundName}, against ${expectedName}`,
    `${expected}.${column}`,
    `${found}.${column}`,
  ]);

/** Days of UTC against the hours that they are made of, by month. `bearer` is whose they are, and the same in both. */
const utcDaysAreHours = (days: string, hours: string, bearer: 'organization_id' | `''`): string => {
  const sums = (table: string, month: string): string =>
    `(SELECT ${bearer} AS bearer, ${month} AS accounting_period, ${SUMS} FROM ${table} GROUP BY 1, 2)`;
  return compare(
    `(SELECT nullif(bearer, '') AS organization_id, accounting_period,
             d.requests AS days_requests, d.billed AS days_billed, d.list AS days_list, d.cost AS days_cost,
             h.requests AS requests, h.billed AS billed, h.list AS list, h.cost AS cost
      FROM ${sums(days, MONTH_OF_DAY)} AS d FULL JOIN ${sums(hours, MONTH_OF_HOUR)} AS h
      USING (bearer, accounting_period)) AS months`,
    (['requests', 'billed', 'list', 'cost'] as const).map((figure) => [
      `${FIGURES[figure]} of ${days} in the month (UTC), against ${hours}`,
      `months.${figure}`,
      `months.days_${figure}`,
    ]),
  );
};

const BY_PERIOD = 'USING (organization_id, accounting_period)';

/** Usage in all the places that hold it. */
export const USAGE_CHECKS: readonly AuditCheck[] = [
  {
    check: 'days-are-in-the-ledger',
    extent: 'recent',
    findings: compare(`${DAYS} AS d FULL JOIN ${ledgerSums(BALANCES)} AS l ${BY_PERIOD}`, [
      ['revenue in the ledger, against the billed cost of days', 'd.billed', 'l.billed'],
      ['debits in the ledger, against the billed cost of days', 'd.billed', 'l.debited'],
      ['provider payable in the ledger, against the provider cost of days', 'd.cost', 'l.cost'],
    ]),
  },
  {
    check: 'keys-are-days',
    extent: 'recent',
    findings: compare(
      `${DAYS} AS d FULL JOIN (
        SELECT organization_id, accounting_period, ${SUMS}
        FROM usage_key_day GROUP BY organization_id, accounting_period
      ) AS k ${BY_PERIOD}`,
      allSums(['k', 'keys'], ['d', 'days']),
    ),
  },
  {
    check: 'hours-are-days',
    extent: 'recent',
    findings: compare(
      `(SELECT organization_id, NULL::text AS accounting_period, sum(requests) AS requests, sum(billed_cost) AS billed,
               sum(provider_cost) AS cost FROM usage_day GROUP BY organization_id) AS d
       FULL JOIN (SELECT organization_id, sum(requests) AS requests, sum(billed_cost) AS billed,
                         sum(provider_cost) AS cost FROM usage_hour GROUP BY organization_id) AS h USING (organization_id)`,
      [
        ['requests of hours, against days', 'd.requests', 'h.requests'],
        ['billed cost of hours, against days', 'd.billed', 'h.billed'],
        ['provider cost of hours, against days', 'd.cost', 'h.cost'],
      ],
    ),
  },
  {
    check: 'deployments-are-hours',
    extent: 'recent',
    findings: compare(
      `(SELECT NULL::text AS organization_id, ${MONTH_OF_HOUR} AS accounting_period,
               sum(requests) AS hours, sum(billed_cost) AS hours_billed
        FROM usage_hour WHERE provider <> '' GROUP BY 2) AS h
       FULL JOIN (SELECT ${MONTH_OF_HOUR} AS accounting_period, sum(requests) AS deployments,
                         sum(billed_cost) AS deployments_billed
                  FROM deployment_hour GROUP BY 1) AS d USING (accounting_period)`,
      [
        ['requests of deployments in the month (UTC), against hours', 'hours', 'deployments'],
        ['billed cost of deployments in the month (UTC), against hours', 'hours_billed', 'deployments_billed'],
      ],
    ),
  },
  {
    check: 'installation-is-hours',
    extent: 'recent',
    findings: compare(
      `(SELECT NULL::text AS organization_id, ${MONTH_OF_HOUR} AS accounting_period, ${SUMS}
        FROM usage_hour GROUP BY 2) AS h
       FULL JOIN (SELECT ${MONTH_OF_HOUR} AS accounting_period, ${SUMS}
                  FROM installation_hour GROUP BY 1) AS i USING (accounting_period)`,
      allSums(['i', 'the installation in the month (UTC)'], ['h', 'hours']),
    ),
  },
  {
    check: 'utc-days-are-hours',
    extent: 'recent',
    findings: [
      utcDaysAreHours('installation_day', 'installation_hour', `''`),
      utcDaysAreHours('deployment_day', 'deployment_hour', `''`),
      utcDaysAreHours('organization_day', 'usage_hour', 'organization_id'),
    ].join('\n    UNION ALL '),
  },
  {
    check: 'budgets-are-days',
    extent: 'recent',
    findings: `${compare(
      `(SELECT organization_id, NULL::text AS accounting_period, sum(billed_cost) AS billed
        FROM usage_day GROUP BY organization_id) AS d
       FULL JOIN (SELECT organization_id, sum(spent) AS spent FROM budget_spend WHERE scope = 'organization'
                  GROUP BY organization_id) AS s USING (organization_id)`,
      [['money spent under budgets, against days', 'd.billed', 's.spent']],
    )}
    UNION ALL ${compare(
      `(SELECT s.organization_id, min(p.label) AS accounting_period,
               sum(spent) FILTER (WHERE scope = 'organization') AS of_organization,
               sum(spent) FILTER (WHERE scope = 'project') AS of_projects,
               sum(spent) FILTER (WHERE scope = 'api_key') AS of_keys
        FROM budget_spend s
        LEFT JOIN accounting_period p ON p.organization_id = s.organization_id AND p.starts_at = s.period_starts_at
        GROUP BY s.organization_id, s.period_starts_at) AS b`,
      [
        ['money spent by projects, against the organization', 'of_organization', 'of_projects'],
        ['money spent by keys, against the organization', 'of_organization', 'of_keys'],
      ],
    )}`,
  },
  {
    check: 'usage-is-priced',
    extent: 'recent',
    findings: `
      SELECT e.organization_id, e.accounting_period,
             'events with a quantity that has no price, such as ' || min(e.request_id::text) AS message,
             0 AS expected, count(*) AS found
      FROM usage_event e
      WHERE $1::timestamptz IS NOT NULL AND e.rating_state = 'unpriced' AND NOT EXISTS (
        SELECT FROM usage_event later
        WHERE later.request_id = e.request_id AND later.part = e.part AND later.revision > e.revision
      )
      GROUP BY e.organization_id, e.accounting_period`,
  },
  {
    check: 'lines-are-events',
    extent: 'recent',
    findings: `
      SELECT organization_id, accounting_period,
             format('costs of the rated lines of %s events, such as %s', count(*), min(request_id::text)) AS message,
             sum(expected) AS expected, sum(found) AS found
      FROM (
        SELECT e.request_id, e.organization_id, e.accounting_period,
               e.billed_cost + e.list_cost + e.provider_cost AS expected,
               coalesce(sum(l.billed_cost + l.list_cost + l.provider_cost), 0) AS found
        FROM usage_event e
        LEFT JOIN rated_line l ON l.request_id = e.request_id AND l.part = e.part AND l.revision = e.revision
        WHERE e.booked_at >= $1
        GROUP BY e.request_id, e.part, e.revision
        HAVING e.billed_cost <> coalesce(sum(l.billed_cost), 0) OR e.list_cost <> coalesce(sum(l.list_cost), 0)
          OR e.provider_cost <> coalesce(sum(l.provider_cost), 0)
      ) AS differing
      GROUP BY organization_id, accounting_period`,
  },
  {
    check: 'events-are-in-the-ledger',
    extent: 'recent',
    findings: compare(
      `(SELECT organization_id, accounting_period, sum(billed_cost) AS billed, sum(provider_cost) AS cost,
               sum(provider_cost) FILTER (WHERE charge = 'waste') AS waste
        FROM ${CONTRIBUTIONS} AS c GROUP BY organization_id, accounting_period) AS e
       FULL JOIN ${ledgerSums(POSTED_SINCE)} AS l ${BY_PERIOD}`,
      [
        ['revenue in the ledger, against the billed cost of events', 'e.billed', 'l.billed'],
        ['provider payable in the ledger, against the provider cost of events', 'e.cost', 'l.cost'],
        ['waste in the ledger, against what nobody was charged for', 'e.waste', 'l.waste'],
      ],
    ),
  },
  {
    check: 'events-are-in-days',
    extent: 'full',
    findings: compare(
      `(SELECT organization_id, accounting_period, ${SUMS}
        FROM ${CONTRIBUTIONS} AS c GROUP BY organization_id, accounting_period) AS e
       FULL JOIN ${DAYS} AS d ${BY_PERIOD}`,
      allSums(['d', 'days'], ['e', 'events']),
    ),
  },
  {
    check: 'events-are-in-budgets',
    extent: 'full',
    findings: `
      SELECT organization_id, label AS accounting_period, format('money spent by %s %s, against its events', scope, scope_id) AS message,
             coalesce(e.billed, 0) AS expected, coalesce(s.spent, 0) AS found
      FROM (
        SELECT c.organization_id, p.starts_at AS period_starts_at, scope, scope_id, sum(c.billed_cost) AS billed
        FROM ${CONTRIBUTIONS} AS c
        JOIN accounting_period p
          ON p.organization_id = c.organization_id AND p.starts_at <= c.occurred_at AND c.occurred_at < p.ends_at
        CROSS JOIN LATERAL (VALUES
          ('api_key', c.api_key_id), ('project', c.project_id), ('organization', c.organization_id)
        ) AS scopes(scope, scope_id)
        GROUP BY 1, 2, 3, 4
      ) AS e
      FULL JOIN budget_spend s USING (organization_id, period_starts_at, scope, scope_id)
      LEFT JOIN (SELECT organization_id, starts_at AS period_starts_at, label FROM accounting_period) AS p
        USING (organization_id, period_starts_at)
      WHERE coalesce(e.billed, 0) <> coalesce(s.spent, 0)`,
  },
  {
    check: 'events-are-in-spend',
    extent: 'full',
    findings: compare(
      `(SELECT organization_id, accounting_period, scope, ${SUMS}
        FROM ${CONTRIBUTIONS} AS c
        CROSS JOIN LATERAL (
          SELECT 'member' AS scope WHERE c.member_id IS NOT NULL
          UNION ALL SELECT 'end_user' WHERE c.end_user IS NOT NULL
          UNION ALL SELECT 'tag' FROM unnest(c.tags)
        ) AS scopes
        GROUP BY 1, 2, 3) AS e
       FULL JOIN (SELECT organization_id, accounting_period, scope, ${SUMS}
                  FROM spend_day GROUP BY 1, 2, 3) AS s USING (organization_id, accounting_period, scope)`,
      allSums(['s', 'members, end users or tags by day'], ['e', 'events']),
    ),
  },
];
