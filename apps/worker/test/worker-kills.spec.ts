import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { auditBooks, Database, readBalance } from '@tollgate/database';
import type { UsageEvent } from '@tollgate/domain';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { costOf, MoneyWorld, POISON } from './money-world.js';

/**
 * `npm run test:faults -- --trials N --seed S` sets these.
 * TOLLGATE_FAULT_TRIALS: how many workers are killed, one after the other.
 * TOLLGATE_FAULT_SEED: repeats the order and the moments of an earlier run.
 */
const TRIALS = Number(process.env['TOLLGATE_FAULT_TRIALS'] ?? 10);
const SEED = Number(process.env['TOLLGATE_FAULT_SEED'] ?? Date.now() % 1_000_000);

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const isBuilt = existsSync(program);
const title = isBuilt ? `a worker that dies (seed ${SEED})` : 'a worker that dies (skipped: see npm run build)';

/** Where a worker can be stopped: after each statement that writes one of these, and in the middle of a commit. */
const STEPS = [
  ...['usage_event', 'rated_line', 'grant_allocation', 'usage_hour', 'usage_day', 'usage_key_day', 'spend_day'],
  ...['organization_day', 'budget_spend', 'usage_accrual', 'organization_funding', 'credit_grant_balance'],
  ...[
    'spend_hour',
    'waste_day',
    'deployment_hour',
    'deployment_day',
    'installation_hour',
    'installation_day',
    'usage_sealing',
    'ledger_transaction',
    'ledger_entry',
  ],
  ...['commit of usage', 'commit of postings'],
] as const;

/** The lock that whoever comes to the step waits for. */
const STOP_LOCK = 4_712;

(isBuilt ? describe : describe.skip)(title, () => {
  const random = randomFrom(SEED);
  let testDatabase: TestDatabase;
  let database: Database;
  let world: MoneyWorld;
  const sent = new Map<string, UsageEvent>();
  const running = new Set<ChildProcess>();

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = Database.connect(testDatabase.url, { onConnectionLost: () => undefined });
    world = await MoneyWorld.make(database);
    await makeStops(database);
  }, 60_000);
  afterAll(async () => {
    for (const worker of running) worker.kill('SIGKILL');
    await database.close();
    await testDatabase.drop();
  });

  async function startWorker(url = testDatabase.url): Promise<ChildProcess> {
    const env = { ...process.env, DATABASE_URL: url, TOLLGATE_DATA: tmpdir(), LOG_LEVEL: 'silent' };
    const worker = fork(program, { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    running.add(worker);
    worker.once('exit', () => running.delete(worker));
    await new Promise((resolve) => worker.once('message', resolve));
    return worker;
  }

  async function end(worker: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    worker.kill(signal);
    await new Promise((resolve) => worker.once('exit', resolve));
  }

  const one = async <T>(text: string, ...values: unknown[]): Promise<T> => {
    const { rows } = await database.pool.query<{ value: T }>(text, values);
    const [row] = rows;
    if (row === undefined) throw new Error('no row');
    return row.value;
  };

  /** Kills a worker exactly where it is after this step; answers whether it came there. */
  async function killAt(step: string): Promise<boolean> {
    const gate = await database.pool.connect();
    try {
      await gate.query('SELECT pg_advisory_lock($1)', [STOP_LOCK]);
      await gate.query('INSERT INTO stops VALUES ($1)', [step]);
      const worker = await startWorker();
      const isThere = await until(() =>
        one<boolean>(
          `SELECT EXISTS (SELECT FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory') AS value`,
        ),
      );
      await end(worker, 'SIGKILL');
      await gate.query('DELETE FROM stops');
      return isThere;
    } finally {
      await gate.query('SELECT pg_advisory_unlock_all()');
      gate.release();
    }
  }

  async function untilSettled(): Promise<void> {
    await until(() => one<boolean>('SELECT NOT EXISTS (SELECT FROM usage_inbox) AS value'), 60_000);
  }

  async function check(): Promise<void> {
    const { findings } = await auditBooks(database.pool, 'full');
    expect(findings.filter(({ check }) => check !== 'minutes-are-sealed' && check !== 'quarantine-is-empty')).toEqual(
      [],
    );
    expect(await one('SELECT count(*)::int AS value FROM usage_event WHERE revision = 0')).toBe(sent.size);
    const billed = [...sent.values()].reduce((sum, event) => sum + costOf(event), 0n);
    let spent = 0n;
    for (const id of world.organizationIds) spent += (await readBalance(database.pool, id)).spent;
    expect(spent).toBe(billed);
  }

  test(
    `kill -9 at ${TRIALS} steps of booking and sealing: nothing is lost, and nothing is booked twice`,
    async () => {
      process.stderr.write(`worker kills: seed ${SEED}, ${TRIALS} trials\n`);
      let steps: string[] = [];
      let reached = 0;
      for (let trial = 1; trial <= TRIALS; trial++) {
        if (steps.length === 0) steps = shuffled(STEPS, random);
        const step = steps.pop() ?? STEPS[0];
        await world.giveCredit(`trial ${trial}`);
        const events = await world.send(20, random);
        const again = [...sent.values()].slice(-3);
        const corrected = again.slice(0, 1).map((event) => correctionOf(event, random));
        await world.put([...again, ...corrected]);
        if (trial % 3 === 0) await world.poison(random);
        const isThere = await killAt(step);
        reached += Number(isThere);
        const workers = await Promise.all(Array.from({ length: 1 + (trial % 2) }, () => startWorker()));
        await untilSettled();
        await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')));
        for (const event of [...events, ...corrected]) sent.set(event.requestId, event);
        await check();
        process.stderr.write(`worker kills: ${trial}/${TRIALS} ${step}${isThere ? '' : ' (not reached)'}\n`);
        // what has been booked is of a minute that has ended, from now on
        await endMinutes(database, trial);
      }
      expect(reached).toBeGreaterThanOrEqual(Math.floor(TRIALS * 0.8));
      // each poison is there once, and stopped nothing; what cannot be read is the same each time
      const poisoned = Math.floor(TRIALS / 3);
      expect(await one('SELECT count(*)::int AS value FROM usage_quarantine')).toBe(poisoned + Math.min(poisoned, 1));
    },
    60_000 + TRIALS * 60_000,
  );

  test('two workers and one come to the same', async () => {
    const copies = await Promise.all([1, 2].map(() => createTestDatabase()));
    const totals: unknown[] = [];
    const seed = Math.floor(random() * 1_000_000);
    for (const [index, copy] of copies.entries()) {
      const own = Database.connect(copy.url);
      const ownWorld = await MoneyWorld.make(own);
      const events = await ownWorld.send(3_000, randomFrom(seed));
      await ownWorld.put(events.slice(0, 50).map((event) => ({ ...event, revision: 1, usage: { input: 7 } })));
      const workers = await Promise.all(Array.from({ length: 1 + index }, () => startWorker(copy.url)));
      const isEmpty = async () =>
        (await own.pool.query('SELECT NOT EXISTS (SELECT FROM usage_inbox) AS value')).rows[0] as { value: boolean };
      await until(async () => (await isEmpty()).value, 60_000);
      await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')));
      const balances = [];
      for (const id of ownWorld.organizationIds) {
        // what a correction gives back to grants depends on who comes first, and what is available does not
        const { available, spent, cost } = await readBalance(own.pool, id);
        balances.push({ available, spent, cost });
      }
      totals.push(balances);
      expect((await auditBooks(own.pool, 'full')).findings).toEqual([]);
      await own.close();
      await copy.drop();
    }
    expect(totals[1]).toEqual(totals[0]);
  }, 120_000);
});

/** Lets workers be stopped after a statement, or in a commit, where a test wants it. */
async function makeStops({ pool }: Database): Promise<void> {
  await pool.query(`
    CREATE TABLE stops (step text);
    GRANT SELECT ON stops TO public;
    CREATE FUNCTION stop_here() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM stops WHERE step = TG_ARGV[0]) THEN
        PERFORM pg_advisory_xact_lock(${STOP_LOCK});
      END IF;
      RETURN NULL;
    END $$`);
  await pool.query(`
    CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.end_user = '${POISON}' THEN RAISE EXCEPTION 'poison' USING ERRCODE = 'check_violation'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER refuses_poison BEFORE INSERT ON usage_event FOR EACH ROW EXECUTE FUNCTION refuse_poison()`);
  for (const table of STEPS.filter((step) => !step.startsWith('commit'))) {
    await pool.query(`CREATE TRIGGER stops AFTER INSERT OR UPDATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION stop_here('${table}')`);
  }
  const commits = { 'commit of usage': 'organization_funding', 'commit of postings': 'ledger_transaction' };
  for (const [step, table] of Object.entries(commits)) {
    await pool.query(`CREATE CONSTRAINT TRIGGER stops_in_commit AFTER INSERT OR UPDATE ON ${table}
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stop_here('${step}')`);
  }
}

/** Accruals wait for their minute to end. It ended days ago: for each trial others, so that no minute is sealed twice. */
async function endMinutes({ pool }: Database, trial: number): Promise<void> {
  await pool.query(`UPDATE usage_accrual SET booking_minute = booking_minute - interval '${trial} days'`);
}

function correctionOf(event: UsageEvent, random: () => number): UsageEvent {
  return { ...event, revision: event.revision + 1, usage: { input: Math.floor(random() * 4_000) } };
}

async function until(isSo: () => Promise<boolean>, patienceMs = 8_000): Promise<boolean> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(30)) if (await isSo()) return true;
  return false;
}

/** The same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
