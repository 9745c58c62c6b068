/**
 * Usage ingestion at a steady rate, on the product's own embedded Postgres (flushed to disk) and one worker process:
 *
 *   npm run bench:ingestion -- --rate 5000 --minutes 10 --prepaid 100
 *   npm run bench:ingestion -- --backlog 1000000
 *
 * `--prepaid` is how many of a hundred organizations are prepaid, each with two grants: one that was given away and one that
 * was paid for and expires. With `--backlog` so many events wait before the worker starts: how quickly it books them, and in
 * how much memory, is printed every five seconds.
 *
 * Events go into the inbox as a gateway's forwarder sends them: every 50 ms, at most 500 in a statement. Prints for each
 * minute how long events took from their request to the commit that booked them, with WAL, checkpoints, backlog and CPU;
 * then vacuum and bloat of the tables. Fails unless every sum in the database is that of the events, to the picodollar.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { rate, settle } from '@tollgate/billing';
import { inTransaction, insertUsageInbox, readBalance, requestManualPosting } from '@tollgate/database';
import { formatPicos, newRequestId, parsePicos } from '@tollgate/domain';

import { createTenants, MODELS, skewed, startDatabase } from './bench-world.mjs';
import { printTable, readOptions } from './command-line.mjs';
import { machineSeconds, processSeconds, serverSeconds } from './cpu-time.mjs';

const INTERVAL_MS = 50;
const FORWARDED_AT_ONCE = 500;
const WORKER = fileURLToPath(new URL('../../apps/worker/dist/main.js', import.meta.url));
const HOT_TABLES = [
  ...['usage_inbox', 'usage_hour', 'usage_day', 'usage_key_day', 'spend_day', 'deployment_hour', 'installation_hour'],
  ...[
    'deployment_day',
    'installation_day',
    'organization_day',
    'budget_spend',
    'usage_accrual',
    'usage_sealing',
    'ledger_balance',
    'organization',
    'credit_grant_balance',
    'organization_funding',
  ],
];

const options = readOptions({ rate: 5_000, minutes: 10, organizations: 200, prepaid: 0, backlog: 0 });

async function run() {
  const { rows } = await pool.query(`SELECT name || '=' || current_setting(name) AS said FROM pg_settings
    WHERE name IN ('shared_buffers', 'max_wal_size', 'checkpoint_timeout', 'fsync', 'synchronous_commit')`);
  console.log(rows.map(({ said }) => said).join(' '));
  const world = await createTenants(database, { ...options, projects: 3, keys: 10, timeZone: 'Europe/Berlin' });
  await payAhead(world);
  if (options.backlog > 0) return drainBacklog(world);
  worker = await startWorker();
  const minutes = [];
  const sent = { events: 0, billed: 0n, inputTokens: 0 };
  const started = performance.now();
  const startedAt = new Date();
  let before = await observe();
  for (let minute = 0; minute < options.minutes; minute++) {
    await sendForAMinute(world, sent, started + minute * 60_000);
    const after = await observe();
    minutes.push({ before, after, sent: sent.events });
    before = after;
  }
  const sendingMs = performance.now() - started;
  const drainedMs = await untilBooked();
  console.log(`${sent.events} events sent in ${(sendingMs / 1000).toFixed(1)} s, all booked ${drainedMs} ms later`);
  await printMinutes(minutes, startedAt);
  await printTables();
  await requireExactSums(world, sent);
}

/** Credit for whatever the run may spend. The gift is used up on the way. */
async function payAhead({ tenants }) {
  const prepaid = tenants.slice(0, Math.round((tenants.length * options.prepaid) / 100));
  const terms = { reason: 'benchmark', requestedBy: 'benchmark', approved: true, effectiveFrom: Date.now() - 60_000 };
  for (const { id: organizationId } of prepaid) {
    await pool.query(`UPDATE organization SET billing_mode = 'prepaid' WHERE id = $1`, [organizationId]);
    const post = (posting) =>
      inTransaction(pool, 'READ COMMITTED', (client) =>
        requestManualPosting(client, { ...terms, organizationId, idempotencyKey: posting.kind, ...posting }),
      );
    await post({ kind: 'promotion', picos: 1_000_000_000_000n });
    const expiresAt = Date.now() + 365 * 86_400_000;
    await post({ kind: 'payment', picos: 1_000_000_000_000_000n, expiresAt });
  }
  console.log(`${prepaid.length} of ${tenants.length} organizations are prepaid, with two grants each`);
}

const LOOK_EVERY_MS = 5_000;
/** The last events must not wait for a look. */
const POLL_EVERY_MS = 250;

/** How quickly one worker books what waits, and in how much memory. */
async function drainBacklog(world) {
  const sent = { events: 0, billed: 0n, inputTokens: 0 };
  while (sent.events < options.backlog) {
    const events = Array.from({ length: Math.min(options.backlog - sent.events, FORWARDED_AT_ONCE) }, () =>
      newEvent(world),
    );
    await insertUsageInbox(pool, events.map(toInbox));
    for (const event of events) count(sent, event, world.snapshot);
  }
  console.log(`${sent.events} events wait`);
  worker = await startWorker();
  const started = performance.now();
  const looks = [];
  const before = await observe();
  let last = { at: started, waiting: sent.events };
  for (;;) {
    const { rows } = await untilEmpty(LOOK_EVERY_MS);
    const now = { at: performance.now(), waiting: rows[0].waiting };
    looks.push({
      'after s': Math.round((now.at - started) / 1000),
      waiting: now.waiting,
      'events/s': Math.round(((last.waiting - now.waiting) / (now.at - last.at)) * 1000),
      'worker RSS MB': residentMegabytes(worker.pid),
    });
    last = now;
    if (now.waiting === 0) break;
  }
  const after = await observe();
  printTable(looks);
  const seconds = (last.at - started) / 1000;
  const busy = (name) => Math.round(((after.seconds[name] - before.seconds[name]) / seconds) * 100);
  console.log(
    `${Math.round(sent.events / seconds)} events/s; worker ${busy('worker')} %, Postgres ${busy('postgres')} % of a core, ` +
      `WAL ${((after.wal - before.wal) / sent.events / 1024).toFixed(1)} KB an event`,
  );
  await printTables();
  await requireExactSums(world, sent);
}

/** Waits no longer than that. */
async function untilEmpty(forMs) {
  const until = performance.now() + forMs;
  for (;;) {
    await sleep(POLL_EVERY_MS);
    const { rows } = await pool.query('SELECT EXISTS (SELECT FROM usage_inbox) AS waiting');
    if (!rows[0].waiting || performance.now() >= until) break;
  }
  return pool.query('SELECT count(*)::int AS waiting FROM usage_inbox');
}

function residentMegabytes(pid) {
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(resident?.[1] ?? 0) / 1024);
}

async function startWorker() {
  // as the launcher starts it
  const child = fork(WORKER, [], {
    execArgv: ['--max-semi-space-size=32'],
    env: { ...process.env, DATABASE_URL: server.url, LOG_LEVEL: 'error' },
  });
  await new Promise((resolve, reject) => {
    child.once('message', (message) => (message.ready ? resolve() : reject(new Error(message.failed))));
    child.once('exit', () => reject(new Error('the worker has ended')));
  });
  return child;
}

/** Sends what is due every 50 ms, however long the sending before took: the load does not wait for the system. */
async function sendForAMinute(world, sent, begin) {
  const first = sent.events;
  for (let tick = 1; tick <= 60_000 / INTERVAL_MS; tick++) {
    const due = first + Math.round((options.rate * tick * INTERVAL_MS) / 1000);
    while (sent.events < due) {
      const events = Array.from({ length: Math.min(due - sent.events, FORWARDED_AT_ONCE) }, () => newEvent(world));
      await insertUsageInbox(pool, events.map(toInbox));
      for (const event of events) count(sent, event, world.snapshot);
    }
    const wait = begin + tick * INTERVAL_MS - performance.now();
    if (wait > 0) await sleep(wait);
  }
}

const toInbox = ({ organizationId, requestId, part, revision, ...rest }) => ({
  organizationId,
  requestId,
  part,
  revision,
  payload: Buffer.from(JSON.stringify({ organizationId, requestId, part, revision, ...rest })),
});

function count(sent, event, snapshot) {
  const { usage, charge } = settle(event);
  sent.events += 1;
  if (charge !== 'customer' || event.target === null) return;
  const sheet = snapshot.sheet(event.target.provider, event.target.pricedModel);
  sent.billed += rate(sheet, { ...event, ...event.target, usage }).billedCost;
  sent.inputTokens += (usage.input ?? 0) + (usage.input_cache_read ?? 0);
}

function newEvent({ tenants, snapshotId }) {
  const tenant = tenants[skewed(tenants.length)];
  const key = tenant.apiKeys[skewed(tenant.apiKeys.length)];
  const model = MODELS[skewed(MODELS.length)];
  const occurredAt = Date.now();
  const failed = Math.random() < 0.03;
  const totalMs = 80 * Math.exp(Math.random() * 5);
  const deploymentId = `dep_${model.name}`;
  const attempt = { deploymentId, provider: model.provider, upstreamModel: model.name };
  return {
    kind: 'event',
    requestId: newRequestId(occurredAt).uuid,
    part: 0,
    revision: 0,
    occurredAt,
    organizationId: tenant.id,
    projectId: key.projectId,
    apiKeyId: key.id,
    memberId: null,
    endUser: Math.random() < 0.5 ? `user-${skewed(1_000)}` : null,
    tags: Math.random() < 0.5 ? [`feature:${skewed(8)}`] : [],
    gatewayId: 'gw_benchmark',
    endpoint: 'chat-completions',
    surface: 'openai',
    requestedModel: model.name,
    stream: Math.random() < 0.6,
    target: { ...attempt, pricedModel: model.name, region: '*', credentialOwner: 'operator', simulated: false },
    priceSnapshotId: snapshotId,
    // more than any of them costs, as a gateway holds
    holdNanos: 400_000_000,
    inputTokensBound: 8_000,
    outcome: failed ? 'upstream_failed' : 'success',
    errorCode: failed ? 'provider_overloaded' : null,
    status: failed ? 503 : 200,
    usage: failed ? {} : { input: 1 + skewed(6_000), input_cache_read: skewed(4_000), output: 1 + skewed(2_000) },
    usageSource: failed ? 'none' : 'reported',
    servedModel: model.name,
    serviceTier: '*',
    deliveredCharacters: 1_000,
    providerReportedCost: null,
    capturedCost: null,
    attempts: [{ ...attempt, status: failed ? 503 : 200, errorCode: null, startedMs: 1, endedMs: totalMs }],
    timings: { admittedMs: 0.5, dispatchedMs: 1, firstTokenMs: failed ? null : totalMs / 4, totalMs },
  };
}

/** What has happened since the server started. */
async function observe() {
  const { rows } = await pool.query(`
    SELECT (SELECT wal_bytes FROM pg_stat_wal)::float8 AS wal, c.num_timed + c.num_requested AS checkpoints,
           pg_backend_pid() AS backend, (SELECT count(*) FROM usage_inbox)::int AS waiting
    FROM pg_stat_checkpointer c`);
  const [{ backend, checkpoints, ...seen }] = rows;
  const { busy, idle } = machineSeconds();
  const seconds = {
    worker: processSeconds(worker?.pid),
    postgres: serverSeconds(backend),
    sender: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    busy,
    idle,
  };
  return { ...seen, checkpoints: Number(checkpoints), seconds };
}

async function untilBooked() {
  const since = performance.now();
  for (;;) {
    const { rows } = await pool.query('SELECT EXISTS (SELECT FROM usage_inbox) AS waiting');
    if (!rows[0].waiting) return Math.round(performance.now() - since);
    await sleep(200);
  }
}

/** The commit's own instant, kept by Postgres for this run, tells when an event was booked. */
async function printMinutes(minutes, startedAt) {
  const { rows } = await pool.query(
    `SELECT floor(extract(epoch FROM occurred_at - $1) / 60)::int AS minute, count(*)::int AS events,
            percentile_disc(ARRAY[0.5, 0.95, 0.99, 1]) WITHIN GROUP (ORDER BY ms) AS ms
     FROM (
       SELECT occurred_at, extract(epoch FROM pg_xact_commit_timestamp(xmin) - occurred_at)::float8 * 1000 AS ms
       FROM usage_event
     ) AS booked GROUP BY ROLLUP (1) ORDER BY 1`,
    [startedAt],
  );
  const figures = (row) => {
    const [p50, p95, p99, max] = row.ms.map(Math.round);
    return { events: row.events, 'p50 ms': p50, 'p95 ms': p95, 'p99 ms': p99, 'max ms': max };
  };
  printTable(
    rows
      .filter(({ minute }) => minute !== null && minute < minutes.length)
      .map((row) => {
        const { before, after } = minutes[row.minute];
        return {
          minute: row.minute + 1,
          ...figures(row),
          'waiting at its end': after.waiting,
          'WAL MB': Math.round((after.wal - before.wal) / 2 ** 20),
          checkpoints: after.checkpoints - before.checkpoints,
          ...shares(before.seconds, after.seconds),
        };
      }),
  );
  printTable(rows.filter(({ minute }) => minute === null).map((row) => ({ whole: 'run', ...figures(row) })));
}

/** Of one core; what others took of the machine explains figures that are worse than these shares. */
function shares(before, after) {
  const used = (name) => after[name] - before[name];
  const percent = (seconds) => Math.round((seconds / 60) * 100);
  const [worker, postgres, sender] = [used('worker'), used('postgres'), used('sender')];
  return {
    'worker CPU %': percent(worker),
    'Postgres CPU %': percent(postgres),
    'sender CPU %': percent(sender),
    'others CPU %': percent(used('busy') - worker - postgres - sender),
    'idle %': percent(used('idle')),
  };
}

async function printTables() {
  const { rows } = await pool.query(
    `SELECT s.relname AS table, s.n_live_tup::int AS rows, s.n_dead_tup::int AS dead,
            round(pg_total_relation_size(s.relid) / 1048576.0, 1)::text AS mb, s.autovacuum_count::int AS vacuums,
            round(100.0 * s.n_tup_hot_upd / nullif(s.n_tup_upd, 0), 1)::text AS "HOT updates %"
     FROM pg_stat_user_tables s WHERE s.relname = ANY($1) OR s.relname ~ '^(usage_event|rated_line|grant_allocation)_\\d' AND s.n_live_tup > 0
     ORDER BY pg_total_relation_size(s.relid) DESC`,
    [HOT_TABLES],
  );
  printTable(rows);
}

async function requireExactSums({ tenants }, sent) {
  const money = async (sql) => parsePicos((await pool.query(sql)).rows[0].sum ?? '0');
  const whole = async (sql) => Number((await pool.query(sql)).rows[0].sum ?? 0);
  let ledgerAndAccruals = 0n;
  for (const { id } of tenants) {
    ledgerAndAccruals += (await readBalance(pool, id)).spent;
  }
  const tables = [
    'usage_event',
    'rated_line',
    'usage_day',
    'usage_hour',
    'usage_key_day',
    'deployment_hour',
    'installation_hour',
    'deployment_day',
    'installation_day',
    'organization_day',
  ];
  const billed = { ledgerAndAccruals };
  for (const table of tables) billed[table] = await money(`SELECT sum(billed_cost) FROM ${table}`);
  billed.budgets = await money(`SELECT sum(spent) FROM budget_spend WHERE scope = 'organization'`);
  const faults = Object.entries(billed).filter(([, sum]) => sum !== sent.billed);
  const events = await whole('SELECT count(*) AS sum FROM usage_event');
  const inputTokens = await whole('SELECT sum(input_tokens) FROM usage_key_day');
  const quarantined = await whole('SELECT count(*) AS sum FROM usage_quarantine');
  console.log(`sent: ${sent.events} events, ${formatPicos(sent.billed)} USD; booked: ${events} events`);
  if (faults.length > 0 || events !== sent.events || inputTokens !== sent.inputTokens || quarantined > 0) {
    const told = faults.map(([table, sum]) => `${table} ${formatPicos(sum)}`).join(', ');
    throw new Error(`the sums are wrong: ${told} (quarantined ${quarantined}, input tokens ${inputTokens})`);
  }
  console.log(`exact in ${Object.keys(billed).join(', ')}`);
}

const server = await startDatabase({ track_commit_timestamp: 'on' });
const { database } = server;
const { pool } = database;
let worker = null;
try {
  await run();
} finally {
  worker?.kill('SIGTERM');
  if (worker !== null) await new Promise((resolve) => worker.once('exit', resolve));
  await server.stop();
}
