/**
 * What the console asks the management API, on as many events as an installation has after a while:
 *
 *   npm run bench:queries -- --events 10000000 --days 30
 *
 * Seeds the product's own embedded Postgres, checks that the sums hold, starts a gateway and asks over HTTP, for the
 * largest organization and for one in the middle. `--repeats` is how often each question is asked.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

import { dayAround, issueSecret, MANAGEMENT_TOKEN_PREFIX, newId, publicRequestId } from '@tollgate/domain';

import { createTenants, MODELS, quantile, startDatabase } from './bench-world.mjs';
import { printTable, readOptions } from './command-line.mjs';
import { seedUsage } from './seed-usage.mjs';

const GATEWAY = fileURLToPath(new URL('../../apps/gateway/dist/main.js', import.meta.url));
const ZONE = 'Europe/Berlin';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MIDDLE = 9;

const options = readOptions({ events: 10_000_000, days: 30, organizations: 100, repeats: 25 });

async function run(server) {
  const { database } = server;
  const world = await createTenants(database, { ...options, projects: 3, keys: 10, timeZone: ZONE });
  const began = performance.now();
  await seedUsage({ pool: database.pool, world, timeZone: ZONE, ...options });
  console.log(`seeded in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  await requireSums(database.pool);
  await printSizes(database.pool);
  const token = await issueToken(database);
  const gateway = await startGateway(server);
  try {
    const rows = [];
    for (const [size, tenant] of [
      ['largest', world.tenants[0]],
      ['middle', world.tenants[MIDDLE]],
    ]) {
      for (const question of await questions(database.pool, tenant)) {
        rows.push({ organization: size, ...(await ask(question, { token, origin: gateway.origin })) });
      }
    }
    for (const question of operatorQuestions()) {
      rows.push({ organization: 'all', ...(await ask(question, { token, origin: gateway.origin })) });
    }
    printTable(rows);
  } finally {
    gateway.child.kill('SIGTERM');
    await new Promise((resolve) => gateway.child.once('exit', resolve));
  }
}

/** The whole and the parts: every table tells the same money. */
async function requireSums(pool) {
  const sums = {
    events: 'SELECT sum(billed_cost) FROM usage_event',
    lines: 'SELECT sum(billed_cost) FROM rated_line',
    usage_day: 'SELECT sum(billed_cost) FROM usage_day',
    usage_hour: 'SELECT sum(billed_cost) FROM usage_hour',
    usage_key_day: 'SELECT sum(billed_cost) FROM usage_key_day',
    deployment_hour: 'SELECT sum(billed_cost) FROM deployment_hour',
    installation_hour: 'SELECT sum(billed_cost) FROM installation_hour',
    deployment_day: 'SELECT sum(billed_cost) FROM deployment_day',
    installation_day: 'SELECT sum(billed_cost) FROM installation_day',
    organization_day: 'SELECT sum(billed_cost) FROM organization_day',
    accruals: `SELECT -sum(amount) FROM usage_accrual WHERE account = 'revenue'`,
    budgets: `SELECT sum(spent) FROM budget_spend WHERE scope = 'organization'`,
  };
  const told = new Map();
  for (const [name, sql] of Object.entries(sums)) {
    const sum = (await pool.query({ text: sql, rowMode: 'array' })).rows[0][0];
    told.set(name, BigInt(sum.replace('.', '')));
  }
  if (new Set(told.values()).size !== 1) throw new Error(`the sums differ: ${[...told].join('; ')}`);
  console.log(`exact in ${[...told.keys()].join(', ')}`);
}

async function printSizes(pool) {
  const { rows } = await pool.query(`
    SELECT parent AS table, sum(rows)::bigint::text AS rows, round(sum(table_bytes) / 1048576, 0)::text AS "table MB",
           round(sum(index_bytes) / 1048576, 0)::text AS "indexes MB"
    FROM (
      SELECT regexp_replace(c.relname, '_\\d{4}_\\d\\d$', '') AS parent, c.reltuples AS rows,
             pg_table_size(c.oid) AS table_bytes, pg_indexes_size(c.oid) AS index_bytes
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.reltuples > 1000
    ) AS tables WHERE parent !~ '^bench' GROUP BY parent ORDER BY sum(table_bytes) DESC`);
  printTable(rows);
}

async function issueToken({ prisma }) {
  const { secret, hash, displayPrefix } = issueSecret(MANAGEMENT_TOKEN_PREFIX);
  const data = { id: newId('managementToken'), name: 'Benchmark', hash, displayPrefix, scopes: ['*'] };
  await prisma.managementToken.create({ data });
  return secret;
}

async function startGateway({ url, directory }) {
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: url,
    HOST: '127.0.0.1',
    PORT: String(port),
    TOLLGATE_DATA: `${directory}/gateway`,
    TOLLGATE_MASTER_KEY: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'error',
  };
  const child = fork(GATEWAY, [], { env });
  await new Promise((resolve, reject) => {
    child.once('message', (message) => (message.ready ? resolve() : reject(new Error(message.failed))));
    child.once('exit', () => reject(new Error('the gateway has ended')));
  });
  return { child, origin: `http://127.0.0.1:${port}` };
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** What the operator asks of all organizations together. */
function operatorQuestions() {
  const midnight = dayAround(Date.now(), ZONE).startsAt;
  const from = new Date(midnight - options.days * DAY_MS).toISOString();
  const whole = { from, to: new Date(midnight).toISOString() };
  const usage = (name, query) => ({ name, path: '/usage', query: { ...whole, ...query } });
  return [
    usage('five figures', { measure: 'cost,requests,tokens,latencyP95,errorRate' }),
    usage('spend by model, day', { measure: 'cost,requests', by: 'model,day' }),
    usage('latency by day', { measure: 'latencyP50,latencyP95,latencyP99,firstTokenP95', by: 'day' }),
    usage('deployments', { measure: 'cost,latencyP95', by: 'deployment' }),
    usage('organizations', { measure: 'cost', by: 'organization' }),
    { name: 'deployment health', path: '/deployment-health', query: {} },
    { name: 'requests: first page', path: '/requests', query: {} },
    { name: 'requests: failed', path: '/requests', query: { failed: 'true' } },
    { name: 'requests: model', path: '/requests', query: { model: MODELS[3].name } },
  ];
}

/** What is asked, under the name of the place in the console that asks it. */
async function questions(pool, tenant) {
  const midnight = dayAround(Date.now(), ZONE).startsAt;
  const instant = (at) => new Date(at).toISOString();
  const organizationId = tenant.id;
  const startOf = (days) => dayAround(midnight - days * DAY_MS + DAY_MS / 2, ZONE).startsAt;
  const whole = { organizationId, from: instant(startOf(options.days)), to: instant(midnight) };
  const lastDay = { organizationId, from: instant(midnight - 24 * HOUR_MS), to: instant(midnight) };
  const week = { organizationId, from: instant(startOf(7)), to: instant(midnight) };
  const [projectId] = tenant.projectIds;
  const [{ id: apiKeyId }] = tenant.apiKeys;
  const rareKey = tenant.apiKeys.at(-2).id;
  const usage = (name, query) => ({ name: `${name}`, path: '/usage', query });
  const list = (name, query = {}) => ({
    name: `requests: ${name}`,
    path: '/requests',
    query: { organizationId, ...query },
  });
  const { rows } = await pool.query(
    `SELECT request_id, occurred_at FROM usage_event WHERE organization_id = $1 ORDER BY occurred_at DESC LIMIT 1`,
    [organizationId],
  );
  const model = MODELS[0].name;
  return [
    usage('five figures', { ...whole, measure: 'cost,requests,tokens,latencyP95,errorRate' }),
    usage('spend by model, day', { ...whole, measure: 'cost,requests', by: 'model,day' }),
    usage('spend by project, day', { ...whole, measure: 'cost', by: 'project,day' }),
    usage('spend by key, day', { ...whole, measure: 'cost', by: 'apiKey,day' }),
    usage('spend by provider, day', { ...whole, measure: 'cost', by: 'provider,day' }),
    usage('latency by day', {
      ...whole,
      measure: 'latencyP50,latencyP95,latencyP99,firstTokenP50,firstTokenP95',
      by: 'day',
    }),
    usage('slowest models', { ...whole, measure: 'latencyP95,requests', by: 'model' }),
    usage('costliest keys', { ...whole, measure: 'cost,requests,tokens', by: 'apiKey' }),
    usage('keys by model', { ...whole, measure: 'cost', by: 'apiKey,model' }),
    usage('outcomes', { ...whole, measure: 'requests', by: 'outcome' }),
    usage('cache share by model', { ...whole, measure: 'cacheShare', by: 'model' }),
    usage('members', { ...whole, measure: 'cost', by: 'member' }),
    usage('end users', { ...whole, measure: 'cost', by: 'endUser' }),
    usage('tags by day', { ...whole, measure: 'cost', by: 'tag,day' }),
    usage('24 h by hour', { ...lastDay, measure: 'cost,requests,latencyP95', by: 'hour' }),
    usage('24 h by model, hour', { ...lastDay, measure: 'cost', by: 'model,hour' }),
    usage('24 h, one project by hour', { ...lastDay, measure: 'cost,latencyP95', by: 'hour', projectId }),
    usage('another zone, by day', {
      ...whole,
      measure: 'cost',
      by: 'day',
      zone: 'UTC',
      from: instant(Date.parse(whole.from) + 2 * HOUR_MS),
    }),
    usage('one key by day', { ...whole, measure: 'cost,requests', by: 'day', apiKeyId }),
    usage('latency of a key, 24 h', { ...lastDay, measure: 'latencyP95', by: 'hour', apiKeyId }),
    usage('latency of a rare key, 7 days', { ...week, measure: 'latencyP95', by: 'day', apiKeyId: rareKey }),
    { name: 'export: totals', path: '/usage/exports/totals', query: whole },
    list('first page'),
    list('oldest first', { sort: 'occurredAt' }),
    list('a day', { from: lastDay.from, to: lastDay.to }),
    list('key', { apiKeyId }),
    list('rare key', { apiKeyId: rareKey }),
    list('project', { projectId }),
    list('model', { model }),
    list('rare model', { model: MODELS.at(-2).name }),
    list('provider', { provider: 'groq' }),
    list('failed', { failed: 'true' }),
    list('model and failed', { model: MODELS.at(-2).name, failed: 'true' }),
    list('outcome', { outcome: 'upstream_failed' }),
    list('error code', { errorCode: 'provider_timed_out' }),
    list('end user', { endUser: 'user-1' }),
    list('rare end user', { endUser: 'user-999' }),
    list('member', { memberId: 'usr_40' }),
    list('tag', { tag: 'feature:7' }),
    list('nobody', { endUser: 'nobody' }),
    list('page after', { cursor: cursorAt(rows[0]) }),
    { name: 'request page', path: `/requests/${publicRequestId(rows[0].request_id)}`, query: {} },
  ];
}

const cursorAt = ({ request_id, occurred_at }) =>
  Buffer.from(JSON.stringify(['-occurredAt', occurred_at.toISOString(), publicRequestId(request_id)])).toString(
    'base64url',
  );

async function ask({ name, path, query }, { token, origin }) {
  const known = Object.entries(query).filter(([, value]) => value !== undefined);
  const url = `${origin}/api/v1${path}?${searchOf(known)}`;
  const times = [];
  let answered = '';
  for (let turn = 0; turn < options.repeats + 2; turn++) {
    const began = performance.now();
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    // the first two find caches cold, of Postgres and of the compiler
    if (turn >= 2) times.push(performance.now() - began);
    answered = response.ok ? sourceOf(JSON.parse(text)) : `${response.status}: ${JSON.parse(text).detail}`;
    if (!response.ok) break;
  }
  const sorted = times.sort((a, b) => a - b);
  return {
    question: name,
    'p50 ms': rounded(quantile(sorted, 0.5)),
    'p95 ms': rounded(quantile(sorted, 0.95)),
    answer: answered,
  };
}

const searchOf = (entries) => entries.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
const sourceOf = (body) => body.source ?? (Array.isArray(body.data) ? `${body.data.length} rows` : '');
const rounded = (ms) => (Number.isNaN(ms) ? '' : ms.toFixed(1));

const server = await startDatabase();
try {
  await run(server);
} finally {
  await server.stop();
}
