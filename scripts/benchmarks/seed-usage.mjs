import { readFile } from 'node:fs/promises';

import { dayAround, dayLabel } from '@tollgate/domain';
import { ensureUsagePartitions } from '@tollgate/database';

import { MODELS } from './bench-world.mjs';

const CONNECTIONS = 2;
const USD_PER_CENT = 0.01;

/**
 * Fills the accounting tables with as many events as are asked for, spread over whole days that end today: rows as
 * ingestion writes them, made by Postgres itself, which is ten times quicker. Every rollup and the accruals are sums of
 * the events, so that a self-audit would find nothing.
 */
export async function seedUsage({ pool, world, events, days, timeZone }) {
  const calendar = lastDays(days, timeZone);
  for (const { startsAt } of calendar) await ensureUsagePartitions(pool, startsAt);
  await createDimensions(pool, world);
  const perDay = Math.round(events / days);
  const waiting = [...calendar.entries()];
  await Promise.all(Array.from({ length: CONNECTIONS }, () => seedDays({ pool, world, waiting, perDay, timeZone })));
  await addUtcDays(pool);
  await addSpendAndAccruals(pool, timeZone);
  await pool.query('VACUUM ANALYZE');
}

function lastDays(count, timeZone) {
  const days = [];
  for (let at = dayAround(Date.now(), timeZone).startsAt - 1; days.length < count;) {
    const day = dayAround(at, timeZone);
    days.unshift({ ...day, label: dayLabel(at, timeZone) });
    at = day.startsAt - 1;
  }
  return days;
}

/** Who asks for what, by how likely it is: number 1 is the likeliest. */
async function createDimensions(pool, { tenants }) {
  await pool.query(`
    CREATE TABLE bench_key (organization integer, key integer, organization_id text, project_id text, api_key_id text,
                            PRIMARY KEY (organization, key));
    CREATE TABLE bench_model (number integer PRIMARY KEY, name text, provider text,
                              input numeric, cached numeric, output numeric);`);
  const keys = tenants.flatMap((tenant, organization) =>
    tenant.apiKeys.map((key, number) => [organization + 1, number + 1, tenant.id, key.projectId, key.id]),
  );
  const columns = [0, 1, 2, 3, 4].map((column) => keys.map((row) => row[column]));
  await pool.query(
    'INSERT INTO bench_key SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::text[])',
    columns,
  );
  for (const [index, { name, provider, input, output }] of MODELS.entries()) {
    const prices = [input, Math.ceil(input / 4), output].map((cents) => (cents * USD_PER_CENT).toFixed(2));
    await pool.query('INSERT INTO bench_model VALUES ($1, $2, $3, $4, $5, $6)', [index + 1, name, provider, ...prices]);
  }
}

async function seedDays({ pool, world, waiting, perDay, timeZone }) {
  const client = await pool.connect();
  try {
    await client.query(`SET synchronous_commit = off; SET work_mem = '256MB'; SET temp_buffers = '512MB'`);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [number, day] = next;
      const began = performance.now();
      await client.query('BEGIN');
      await client.query(`SELECT setseed(${((number % 100) / 100).toFixed(2)})`);
      await drawEvents(client, { world, day, perDay, timeZone });
      await client.query(INSERT_EVENTS);
      await client.query(INSERT_LINES);
      for (const rollup of ROLLUPS) await client.query(rollupStatement(rollup));
      await client.query('DROP TABLE drawn');
      await client.query('COMMIT');
      console.log(`${day.label}: ${perDay} events in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
  } finally {
    client.release();
  }
}

const MINUTES_A_DAY = 1_440;

function drawEvents(client, { world, day, perDay, timeZone }) {
  const length = (day.endsAt - day.startsAt) / MINUTES_A_DAY;
  return client.query(`
    CREATE TEMP TABLE drawn AS
    WITH random_numbers AS MATERIALIZED (
      SELECT number, ${day.startsAt} + floor((number * ${MINUTES_A_DAY}.0 / ${perDay} + random() / 10) * ${length})::bigint AS ms,
             floor(power(${world.tenants.length}, random()))::int AS organization,
             floor(power(${world.tenants[0].apiKeys.length}, random()))::int AS key,
             floor(power(${MODELS.length}, random()))::int AS model,
             random() < 0.03 AS failed, random() AS luck, random() AS choice, random() AS size, random() AS chance
      FROM generate_series(0, ${perDay - 1}) AS number
    )
    SELECT (lpad(to_hex(least(n.ms, ${day.endsAt - 1})), 12, '0') || '7' || substr(h.hash, 1, 3) || '8' || substr(h.hash, 4, 15))::uuid AS request_id,
           k.organization_id, k.project_id, k.api_key_id, m.name AS model, m.provider,
           to_timestamp(least(n.ms, ${day.endsAt - 1}) / 1000.0) AS occurred_at, '${day.label}'::date AS day,
           to_char(to_timestamp(n.ms / 1000.0) AT TIME ZONE '${timeZone}', 'YYYY-MM') AS accounting_period,
           CASE WHEN n.chance < 0.3 THEN 'usr_' || floor(power(50, n.choice)) END AS member_id,
           CASE WHEN n.choice < 0.5 THEN 'user-' || floor(power(1000, n.size)) END AS end_user,
           CASE WHEN n.size < 0.5 THEN ARRAY['feature:' || floor(power(8, n.choice))] ELSE '{}' END AS tags,
           n.failed, CASE WHEN n.failed THEN 'upstream_failed' ELSE 'success' END AS outcome,
           CASE WHEN NOT n.failed THEN NULL WHEN n.luck < 0.7 THEN 'provider_overloaded' ELSE 'provider_timed_out' END AS error_code,
           CASE WHEN n.failed THEN 0 ELSE floor(power(6000, n.choice))::int END AS input,
           CASE WHEN n.failed OR n.luck < 0.6 THEN 0 ELSE floor(power(4000, n.size))::int END AS cached,
           CASE WHEN n.failed THEN 0 ELSE floor(power(2000, n.chance))::int END AS output,
           m.input AS input_price, m.cached AS cached_price, m.output AS output_price,
           80 * exp(n.luck * 5) AS total_ms, CASE WHEN NOT n.failed THEN 20 * exp(n.luck * 5) END AS first_token_ms,
           '${world.snapshotId}' AS price_snapshot_id
    FROM random_numbers n
    CROSS JOIN LATERAL (SELECT md5(n.number || ' ' || n.luck) AS hash) AS h
    JOIN bench_key k ON k.organization = n.organization AND k.key = n.key
    JOIN bench_model m ON m.number = n.model;
    ALTER TABLE drawn ADD list_cost numeric;
    UPDATE drawn SET list_cost = (input * input_price + cached * cached_price + output * output_price) / 1000000;`);
}

const INSERT_EVENTS = `
  INSERT INTO usage_event (
    request_id, part, revision, organization_id, project_id, api_key_id, member_id, end_user, tags, occurred_at,
    accounting_period, booked_at, billing_mode, gateway_id, endpoint, surface, requested_model, served_model, provider, upstream_model,
    deployment_id, region, service_tier, credential_owner, simulated, stream, outcome, error_code, status, usage,
    usage_source, input_tokens, output_tokens, cache_read_tokens, price_snapshot_id, rating_state, charge, provider_cost,
    list_cost, billed_cost, captured_cost, hold, attempts, admitted_ms, dispatched_ms, first_token_ms, total_ms)
  SELECT request_id, 0, 0, organization_id, project_id, api_key_id, member_id, end_user, tags, occurred_at,
         accounting_period, occurred_at + interval '100 ms', 'postpaid', 'gw_benchmark', 'chat-completions', 'openai', model, model,
         provider, model, 'dep_' || model, '*', '*', 'operator', false, true, outcome, error_code,
         CASE WHEN failed THEN 503 ELSE 200 END,
         CASE WHEN failed THEN '{}' ELSE jsonb_build_object('input', input, 'input_cache_read', cached, 'output', output) END,
         CASE WHEN failed THEN 'none' ELSE 'reported' END, input + cached, output, cached, price_snapshot_id,
         CASE WHEN failed THEN 'none' ELSE 'rated' END, CASE WHEN failed THEN 'none' ELSE 'customer' END,
         list_cost, list_cost, list_cost, list_cost, 0.002,
         jsonb_build_array(jsonb_build_object(
           'deploymentId', 'dep_' || model, 'provider', provider, 'upstreamModel', model,
           'status', CASE WHEN failed THEN 503 ELSE 200 END, 'errorCode', error_code, 'startedMs', 1, 'endedMs', total_ms)),
         0.5, 1, first_token_ms, total_ms
  FROM drawn ORDER BY occurred_at`;

const INSERT_LINES = `
  INSERT INTO rated_line (request_id, part, revision, line, organization_id, meter, quantity, price_id, priced_as,
                          unit_amount, per, provider_cost, list_cost, billed_cost)
  SELECT d.request_id, 0, 0, l.line, d.organization_id, l.meter, l.quantity, 'price_benchmark', l.meter, l.price, 1000000,
         l.cost, l.cost, l.cost
  FROM drawn d CROSS JOIN LATERAL (
    SELECT line, meter, quantity, price, quantity * price / 1000000 AS cost
    FROM (VALUES (0, 'input', d.input, d.input_price), (1, 'input_cache_read', d.cached, d.cached_price),
                 (2, 'output', d.output, d.output_price)) AS given(line, meter, quantity, price)
    WHERE quantity > 0
  ) AS l
  WHERE NOT d.failed ORDER BY d.occurred_at`;

const SUMS = {
  requests: 'count(*)',
  errors: 'count(error_code)',
  input_tokens: 'sum(input + cached)',
  output_tokens: 'sum(output)',
  cache_read_tokens: 'sum(cached)',
  provider_cost: 'sum(list_cost)',
  list_cost: 'sum(list_cost)',
  billed_cost: 'sum(list_cost)',
};
const QUANTITIES = {
  quantity_input: 'sum(input)',
  quantity_input_cache_read: 'sum(cached)',
  quantity_output: 'sum(output)',
};
const OTHER_METERS = [
  ...['input_cache_write_5m', 'input_cache_write_1h', 'input_audio', 'input_audio_cache_read', 'input_image'],
  ...['output_reasoning', 'output_audio', 'output_image', 'image', 'audio_ms', 'character', 'request', 'web_search'],
  ...['search_unit', 'page', 'video_ms'],
];
const NO_QUANTITIES = Object.fromEntries(OTHER_METERS.map((meter) => [`quantity_${meter}`, '0']));

const ORGANIZATION = { organization_id: 'organization_id' };
const DAY = { ...ORGANIZATION, day: 'day', accounting_period: 'accounting_period' };
const HOUR = { hour: `date_trunc('hour', occurred_at)` };
const bearer = (scope, id, from) => ({
  table: 'spend_day',
  key: { ...DAY, scope: `'${scope}'`, scope_id: id },
  from,
});

/** Each rollup, by what its columns are of an event. */
const ROLLUPS = [
  {
    table: 'usage_day',
    key: { ...DAY, project_id: 'project_id', model: 'model', provider: 'provider', outcome: 'outcome' },
    histograms: true,
  },
  {
    table: 'usage_hour',
    key: { ...ORGANIZATION, ...HOUR, model: 'model', provider: 'provider', outcome: 'outcome' },
    histograms: true,
  },
  {
    table: 'installation_hour',
    key: { ...HOUR, model: 'model', provider: 'provider', outcome: 'outcome' },
    histograms: true,
  },
  {
    table: 'deployment_hour',
    key: {
      deployment_id: `'dep_' || model`,
      ...HOUR,
      outcome: 'outcome',
      provider: 'provider',
      upstream_model: 'model',
    },
    histograms: true,
  },
  {
    table: 'usage_key_day',
    key: { ...DAY, project_id: 'project_id', api_key_id: 'api_key_id', model: 'model', provider: 'provider' },
    sums: { ...QUANTITIES, ...NO_QUANTITIES },
  },
  bearer('member', 'member_id', 'drawn WHERE member_id IS NOT NULL'),
  bearer('end_user', 'end_user', 'drawn WHERE end_user IS NOT NULL'),
  bearer('tag', 'tag', 'drawn CROSS JOIN unnest(tags) AS tag'),
];

function rollupStatement({ table, key, sums = {}, from = 'drawn', histograms = false }) {
  const names = Object.keys(key);
  const keys = Object.entries(key)
    .map(([name, expression]) => `${expression} AS ${name}`)
    .join(', ');
  const all = { ...SUMS, ...sums };
  const added = Object.entries(all)
    .map(([name, expression]) => `${expression} AS ${name}`)
    .join(', ');
  const positions = names.map((_, index) => index + 1).join(', ');
  const columns = [...names, ...Object.keys(all)].join(', ');
  const insert = `INSERT INTO ${table} (${columns}${histograms ? ', latency, first_token' : ''})`;
  if (!histograms) return `${insert} SELECT ${keys}, ${added} FROM ${from} GROUP BY ${positions}`;
  const packed = (name, ms) => `${name} AS (
    SELECT ${names.join(', ')}, array_agg(slot ORDER BY slot) || array_agg(total ORDER BY slot) AS ${name}
    FROM (
      SELECT ${keys}, latency_bucket(${ms}) AS slot, count(*)::integer AS total
      FROM ${from} WHERE ${ms} IS NOT NULL GROUP BY ${positions}, slot
    ) AS slots GROUP BY ${positions})`;
  return `
    WITH sums AS (SELECT ${keys}, ${added} FROM ${from} GROUP BY ${positions}),
      ${packed('latency', 'total_ms')}, ${packed('first_token', 'first_token_ms')}
    ${insert} SELECT ${columns}, coalesce(latency, '{}'), coalesce(first_token, '{}')
    FROM sums LEFT JOIN latency USING (${names.join(', ')}) LEFT JOIN first_token USING (${names.join(', ')})`;
}

/** Days of UTC lie across those that are seeded: they are summed up at last, as for whoever had usage before. */
async function addUtcDays(pool) {
  const migration = new URL('../../prisma/migrations/20261122210500_add_utc_days/migration.sql', import.meta.url);
  const statements = (await readFile(migration, 'utf8')).split(';');
  for (const statement of statements.filter((text) => text.includes('INSERT INTO'))) await pool.query(statement);
}

/** Budget periods and accounting periods are the months of the zone; accruals stand in one minute of each day. */
async function addSpendAndAccruals(pool, timeZone) {
  const month = `(to_date(accounting_period, 'YYYY-MM')::timestamp AT TIME ZONE '${timeZone}')`;
  const next = `((to_date(accounting_period, 'YYYY-MM') + interval '1 month')::timestamp AT TIME ZONE '${timeZone}')`;
  await pool.query(`
    INSERT INTO accounting_period (organization_id, label, starts_at, ends_at)
    SELECT DISTINCT organization_id, accounting_period, ${month}, ${next} FROM usage_key_day;
    INSERT INTO budget_spend (organization_id, scope, scope_id, period_starts_at, spent)
    SELECT organization_id, scope, scope_id, ${month}, sum(billed_cost)
    FROM usage_key_day CROSS JOIN LATERAL (
      VALUES ('api_key', api_key_id), ('project', project_id), ('organization', organization_id)
    ) AS counted(scope, scope_id)
    GROUP BY 1, 2, 3, 4;
    INSERT INTO usage_accrual (organization_id, booking_minute, accounting_period, account, amount)
    SELECT organization_id, day::timestamp AT TIME ZONE 'UTC', accounting_period, account, sum(sign * billed_cost)
    FROM usage_key_day CROSS JOIN (
      VALUES ('receivable', 1), ('revenue', -1), ('provider_cost', 1), ('provider_payable', -1)
    ) AS posted(account, sign)
    GROUP BY 1, 2, 3, 4;`);
}
