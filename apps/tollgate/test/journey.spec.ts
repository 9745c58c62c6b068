import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, launch, type Launcher } from './launcher-process.js';

const READY = 'Tollgate is ready.';

/** The whole product as it is built, as an operator starts it. */
describe('tollgate start', () => {
  let folder: string;
  let data: string;
  let port: number;
  const running: Launcher[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tollgate-journey-'));
    chmodSync(folder, 0o755);
    data = path.join(folder, 'data');
    port = await freePort();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((launcher) => launcher.ended('SIGTERM')));
    rmSync(folder, { recursive: true, force: true });
  });

  function start(environment: Record<string, string> = {}, ...args: string[]): Launcher {
    const launcher = launch(
      { TOLLGATE_DATA: data, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn', ...environment },
      ...args,
    );
    running.push(launcher);
    return launcher;
  }

  async function refused(environment: Record<string, string>, ...args: string[]): Promise<string> {
    const launcher = start(environment, ...args);
    expect(await launcher.ended()).toBe(1);
    expect(launcher.output.out).toBe('');
    expect(launcher.output.err).toMatch(/^tollgate: [^\n]+\n$/);
    return launcher.output.err;
  }

  async function echo(key: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    return { status: response.status, text: await response.text() };
  }

  function shown(launcher: Launcher, prefix: 'tg_' | 'tgm_' | 'tgs_'): string {
    return new RegExp(`\\b${prefix}[A-Za-z0-9]{38}`).exec(launcher.output.out)?.[0] ?? '';
  }

  it('serves a first request with what it prints, and keeps everything at the next start', async () => {
    const first = start();
    await first.says(READY);
    const key = shown(first, 'tg_');
    expect(await echo(key)).toMatchObject({ status: 200, text: expect.stringContaining('Hello') });
    const organizations = await fetch(`http://127.0.0.1:${port}/api/v1/organizations`, {
      headers: { authorization: `Bearer ${shown(first, 'tgm_')}` },
    });
    expect(await organizations.json()).toMatchObject({ data: [{ name: 'Default organization' }] });
    expect(statSync(path.join(data, 'master-key')).mode & 0o777).toBe(0o600);
    expect(await first.ended('SIGTERM')).toBe(0);
    expect(existsSync(path.join(data, 'tollgate.lock'))).toBe(false);

    const second = start();
    await second.says(READY);
    expect(shown(second, 'tg_')).toBe('');
    expect((await echo(key)).status).toBe(200);
    expect(await second.ended('SIGINT')).toBe(0);
  }, 120_000);

  it('prints only the secrets when it is told to be quiet', async () => {
    const quiet = start({}, 'start', '--quiet');
    await quiet.says('makes another');
    expect(quiet.output.out).toBe(
      `  API key            ${shown(quiet, 'tg_')}\n  Management token   ${shown(quiet, 'tgm_')}\n` +
        '  Keep both now: they are not shown again.\n' +
        `  Console set-up     http://127.0.0.1:${port}/setup#token=${shown(quiet, 'tgs_')}\n` +
        '  The link works once, for a day; the next start makes another.\n',
    );
  }, 120_000);

  it('refuses a second launcher on one folder in one line, and the first goes on', async () => {
    const first = start();
    await first.says(READY);
    const line = await refused({ PORT: String(await freePort()) });
    expect(line).toContain(`another tollgate, process ${first.pid}, already runs on ${data}`);
    expect((await echo(shown(first, 'tg_'))).status).toBe(200);
  }, 120_000);

  it('makes keys and tokens by command, beside a running installation or without one', async () => {
    const first = start();
    await first.says(READY);
    const command = start({}, 'keys', 'create', '--name', 'second', '--models', 'sandbox/*');
    expect(await command.ended()).toBe(0);
    expect((await echo(command.output.out.trim())).status).toBe(200);
    const audit = start({}, 'audit');
    await audit.ended();
    expect(audit.output).toEqual({ out: expect.stringMatching(/\nThe books agree\.\n$/), err: '' });
    expect(audit.output.out).toMatch(/^Read: .*, \d usage events?, 1 organization\n/);
    const elsewhere = String(await freePort());
    const link = start({ PORT: elsewhere }, 'users', 'setup-link');
    expect([await link.ended(), link.output.err]).toEqual([0, '']);
    expect(link.output.out).toMatch(new RegExp(`^http://127.0.0.1:${port}/setup#token=tgs_[A-Za-z0-9]{38}\n$`));
    expect(await first.ended('SIGTERM')).toBe(0);

    const assumed = start({ PORT: elsewhere }, 'users', 'setup-link');
    expect(await assumed.ended()).toBe(0);
    expect(assumed.output.out).toContain(`http://127.0.0.1:${elsewhere}/setup#token=`);
    expect(assumed.output.err).toContain(
      `the link assumes http://127.0.0.1:${elsewhere}, from PUBLIC_URL, HOST and PORT`,
    );
    const token = start({}, 'tokens', 'create', '--name', 'automation');
    expect(await token.ended()).toBe(0);
    expect(token.output.out).toMatch(/^tgm_[A-Za-z0-9]{38}\n$/);
    const unknown = start({}, 'tokens', 'create', '--name', 'x', '--organization', 'org_unknown');
    expect(await unknown.ended()).toBe(1);
    expect(unknown.output.err).toBe('tollgate: there is no organization org_unknown\n');
  }, 120_000);

  it('works by command on an installation only, and makes none', async () => {
    for (const command of ['audit', 'users setup-link', 'keys create --name x', 'tokens create --name x']) {
      expect(await refused({}, ...command.split(' '))).toContain(`there is no installation in ${data}: name its data`);
      expect(existsSync(data)).toBe(false);
    }
  });

  it('leaves nothing behind when it is killed, and starts again on the same data', async () => {
    const first = start();
    await first.says(READY);
    const key = shown(first, 'tg_');
    await first.ended('SIGKILL');
    while (await listens(port)) await sleep(50);
    const second = start();
    await second.says(READY);
    expect((await echo(key)).status).toBe(200);
  }, 120_000);

  it('says that the port is taken before it starts anything', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    expect(await refused({})).toContain(`port ${port} is already in use`);
    expect(existsSync(path.join(data, 'postgres'))).toBe(false);
    other.close();
  });

  it('says that the folder cannot be written', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    expect(await refused({ TOLLGATE_DATA: path.join(folder, 'file/data') })).toContain(
      'cannot write to the data directory',
    );
  });

  it('says that Postgres cannot be reached, and never its password', async () => {
    const line = await refused({ DATABASE_URL: `postgresql://u:c4n4ry@127.0.0.1:${await freePort()}/x` });
    expect(line).toMatch(/cannot use Postgres at 127\.0\.0\.1:\d+\/x: .*ECONNREFUSED/);
    expect(line).not.toContain('c4n4ry');
  });

  it('names every problem of the configuration', async () => {
    const line = await refused({ PORT: '0', LOG_LEVEL: 'loud' });
    expect(line).toContain('PORT must be a whole number');
    expect(line).toContain('LOG_LEVEL must be one of');
  });
});

async function listens(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/health/live`, { signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false;
  }
}
