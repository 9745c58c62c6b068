import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tollgate/testing';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort, launch, type Launcher } from './launcher-process.js';

const READY = 'Tollgate is ready.';

interface Demo {
  readonly data: string;
  readonly database: TestDatabase;
  readonly port: number;
}

/** As it is built. Four days of it are enough: every incident lies in them. */
describe('npm start -- --demo', () => {
  let folder: string;
  let demo: Demo;
  const running: Launcher[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tollgate-demo-'));
    demo = { data: path.join(folder, 'data'), database: await createTestDatabase(), port: await freePort() };
  });
  afterAll(async () => {
    await Promise.all(running.map((launcher) => launcher.ended('SIGTERM')));
    await demo.database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  function start({ data, database, port }: Demo, ...args: readonly string[]): Launcher {
    const launcher = launch(
      {
        TOLLGATE_DATA: data,
        DATABASE_URL: database.url,
        PORT: String(port),
        HOST: '127.0.0.1',
        LOG_LEVEL: 'silent',
        OPENAI_API_KEY: 'sk-of-somebody',
      },
      ...args,
    );
    running.push(launcher);
    return launcher;
  }

  async function query<T extends pg.QueryResultRow>(sql: string, { url }: TestDatabase = demo.database): Promise<T[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  const bookedIn = async (database: TestDatabase): Promise<number> => {
    const [row] = await query<{ events: number }>('SELECT count(*)::int AS events FROM usage_event', database);
    return row?.events ?? 0;
  };

  it('is killed half-way, goes on at the next start, and makes nothing at the one after', async () => {
    const killed = start(demo, '--demo', '--days', '4');
    await killed.says('of ');
    while ((await bookedIn(demo.database)) < 2_000) await new Promise((resolve) => setTimeout(resolve, 50));
    process.kill(killed.pid, 'SIGKILL');
    await killed.ended();
    const healed = start(demo, '--demo');
    await healed.says(READY);
    const events = await bookedIn(demo.database);
    expect(events).toBeGreaterThan(8_000);
    expect(healed.output.out).toContain('progress 100 %');
    expect(await healed.ended('SIGTERM')).toBe(0);

    const again = start(demo, '--demo');
    await again.says(READY);
    expect(again.output.out).not.toContain('progress');
    expect(await bookedIn(demo.database)).toBe(events);
  }, 120_000);

  it('has books that agree: every event once, days and ledger the same sum', async () => {
    const audit = start(demo, 'audit');
    expect(await audit.ended()).toBe(0);
    expect(audit.output.out).toContain('4 organizations');
    const [sums] = await query(`
      SELECT (SELECT sum(billed_cost) FROM usage_event) AS events, (SELECT sum(billed_cost) FROM rated_line) AS lines,
             (SELECT sum(billed_cost) FROM usage_day) AS days,
             (SELECT -sum(amount) FROM (SELECT account, amount FROM ledger_entry
                UNION ALL SELECT account, amount FROM usage_accrual) AS booked WHERE account = 'revenue') AS books`);
    expect(Number(sums?.['events'])).toBeGreaterThan(20);
    expect(sums?.['lines']).toBe(sums?.['events']);
    expect(sums?.['days']).toBe(sums?.['events']);
    expect(sums?.['books']).toBe(sums?.['events']);
    expect(await query('SELECT * FROM usage_quarantine')).toEqual([]);
  });

  it('says of everything that it is simulated, and calls nobody', async () => {
    expect(
      await query('SELECT count(*)::int AS real FROM usage_event WHERE provider IS NOT NULL AND NOT simulated'),
    ).toEqual([{ real: 0 }]);
    expect(await query('SELECT simulated FROM organization GROUP BY simulated')).toEqual([{ simulated: true }]);
    expect(await query('SELECT DISTINCT provider FROM provider_credential')).toEqual([{ provider: 'sandbox' }]);
  });

  it('has an outage, a runaway key that its budget stops, and a model that gives way to another', async () => {
    const [outage] = await query<{ elsewhere: number; failed: number }>(`
      SELECT count(*) FILTER (WHERE provider = 'anthropic' AND requested_model LIKE 'gpt-%')::int AS elsewhere,
             count(*) FILTER (WHERE outcome = 'upstream_failed' AND status >= 500)::int AS failed FROM usage_event`);
    expect(outage?.elsewhere).toBeGreaterThan(10);
    expect(outage?.failed).toBeGreaterThan(5);
    const [runaway] = await query<{ refused: number; overspent: boolean }>(`
      SELECT count(*) FILTER (WHERE error_code = 'policy_budget_exceeded')::int AS refused,
             (SELECT bool_or(spent > amount) FROM budget_spend s JOIN budget b
                ON b.scope_id = s.scope_id AND b.scope::text = s.scope) AS overspent FROM usage_event`);
    expect(runaway?.refused).toBeGreaterThan(100);
    expect(runaway?.overspent).toBe(false);
    const share = await query<{ model: string; requests: number }>(
      `SELECT requested_model AS model, count(*)::int AS requests FROM usage_event
       WHERE requested_model IN ('gpt-5.5', 'gpt-6-sol') GROUP BY 1`,
    );
    expect(share.every(({ requests }) => requests > 20) && share.length === 2).toBe(true);
  });

  it('lets its people in, and its key call', async () => {
    const file = path.join(demo.data, 'demo.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { password, apiKey } = JSON.parse(readFileSync(file, 'utf8')) as {
      password: string;
      apiKey: { secret: string };
    };
    const origin = `http://127.0.0.1:${demo.port}`;
    const signIn = await fetch(`${origin}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ email: 'dana@halden.example', password }),
    });
    expect(signIn.status).toBe(200);
    for (const model of ['gpt-5.5', 'smart']) {
      const answer = await fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey.secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
      });
      expect([model, answer.status]).toEqual([model, 200]);
      expect(answer.headers.get('x-tollgate-simulated')).toBe('true');
    }
  });

  it('never mixes with what is real', async () => {
    const other = { ...demo, data: path.join(folder, 'other'), port: await freePort() };
    const plain = start(other);
    expect(await plain.ended()).toBe(1);
    expect(plain.output.err).toContain('holds a demo: start it');
    const another = start({ ...other, data: path.join(folder, 'another') }, '--demo');
    expect(await another.ended()).toBe(1);
    expect(another.output.err).toContain('made from another data folder');
    const copied = path.join(folder, 'copied');
    mkdirSync(copied);
    copyFileSync(path.join(demo.data, 'demo.json'), path.join(copied, 'demo.json'));
    const plainFolder = start({ ...demo, port: other.port, data: copied });
    expect(await plainFolder.ended()).toBe(1);
    expect(plainFolder.output.err).toContain('copied holds a demo');
    expect(await query(`UPDATE organization SET simulated = false RETURNING simulated`)).toContainEqual({
      simulated: true,
    });
    await expect(query('UPDATE installation SET simulated = false')).rejects.toThrow('never changed');

    const real: Demo = {
      data: path.join(folder, 'real'),
      database: await createTestDatabase(),
      port: await freePort(),
    };
    try {
      await query('INSERT INTO installation (id) VALUES (1)', real.database);
      const refused = start(real, '--demo');
      expect(await refused.ended()).toBe(1);
      expect(refused.output.err).toContain('holds an installation that is no demo');
      // else it could not be started any more as what it is
      expect(readdirSync(real.data).filter((name) => /demo|key/.test(name))).toEqual([]);
      // of an installation that has its database and its master key elsewhere; a demo would take what it has not sent yet
      mkdirSync(path.join(real.data, 'journal'));
      const folderOnly = start({ ...real, database: demo.database }, '--demo');
      expect(await folderOnly.ended()).toBe(1);
      expect(folderOnly.output.err).toContain('name another folder');
    } finally {
      await real.database.drop();
    }
  });
});
