import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { worldApiOf, type WorldApi } from './admin/admin-api.js';
import { insertSetupLink } from './admin/admin-world.js';
import { Browser, type BrowserAnswer } from './browser.js';
import { FakeAnthropic, failMessageAfter, refuseMessage } from './fake-anthropic.js';
import { answerWith, errorAfterContent } from './misbehaving-provider.js';
import { cutAfter, failWith, FakeOpenAi, type Script } from './fake-openai.js';
import { asItIs, spoil, spoilings } from './hostile-input.js';
import { sendRaw } from './raw-http.js';
import { freePort, RunningProduct, until } from './running-product.js';
import {
  otherSoundRequests,
  soundInferenceRequests,
  soundManagementRequests,
  soundMessagesRequests,
} from './sound-requests.js';

const PROVIDER_SECRET = `sk-canary-${randomBytes(16).toString('hex')}`;
const ANTHROPIC_SECRET = `sk-ant-canary-${randomBytes(16).toString('hex')}`;
const CLAUDE = 'claude-sonnet-4-6';
const MASTER_KEY = randomBytes(32).toString('base64');

const SPOILT = 400;
/** TOLLGATE_FUZZ_SEED repeats an earlier run. */
const SEED = Number(process.env['TOLLGATE_FUZZ_SEED'] ?? Date.now() % 1_000_000);

interface Secret {
  readonly name: string;
  readonly value: string;
}

/** No secret leaves by any door: answers, logs, rows, metrics, files. Hashes and sealed forms are not secrets. */
describe('secrets', () => {
  let product: RunningProduct;
  let provider: FakeOpenAi;
  let anthropic: FakeAnthropic;
  let api: WorldApi;
  let workerMetricsPort: number;
  /** Every answer of the product, with its headers. */
  const answers: string[] = [];
  const secrets: Secret[] = [];

  beforeAll(async () => {
    provider = await FakeOpenAi.start(PROVIDER_SECRET);
    anthropic = await FakeAnthropic.start(ANTHROPIC_SECRET);
    workerMetricsPort = await freePort();
    product = await RunningProduct.start({
      embedded: true, // its log and its files are looked through as well
      environment: {
        WORKER_METRICS_PORT: String(workerMetricsPort),
        OPENAI_API_KEY: provider.apiKey,
        OPENAI_BASE_URL: provider.baseUrl,
        TOLLGATE_MASTER_KEY: MASTER_KEY,
        LOG_LEVEL: 'trace',
      },
    });
    secrets.push(
      { name: 'provider secret', value: PROVIDER_SECRET },
      { name: 'secret of Anthropic’s account', value: ANTHROPIC_SECRET },
      { name: 'master key', value: MASTER_KEY.slice(0, 40) },
      { name: 'API key', value: product.apiKey },
      { name: 'management token', value: product.managementToken },
    );
    api = await worldApiOf(product);
    process.stderr.write(`secrets: seed ${SEED}\n`);
    await walkJourneys();
  }, 120_000);

  afterAll(async () => {
    await api.database.close();
    await product.stop();
    await provider.stop();
    await anthropic.stop();
  }, 60_000);

  interface CallOptions {
    readonly key?: string;
    readonly body?: unknown;
    /** Instead of the usual credentials. */
    readonly headers?: Readonly<Record<string, string>>;
  }

  async function call(method: string, url: string, options: CallOptions = {}): Promise<string> {
    const { key = product.apiKey, body, headers = { authorization: `Bearer ${key}` } } = options;
    const response = await fetch(url, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    let text = '';
    try {
      text = await response.text();
    } catch {
      // a stream that is cut on purpose
    }
    answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${text}`);
    return response.headers.get('x-request-id') ?? '';
  }

  const chat = (fields: Record<string, unknown> = {}, key?: string): Promise<string> =>
    call('POST', `${product.baseUrl}/chat/completions`, {
      ...(key === undefined ? {} : { key }),
      body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }], ...fields },
    });

  async function walkJourneys(): Promise<void> {
    const id = await chat();
    await chat({ stream: true });
    await product.booked(id);
    for (const script of indiscretions()) {
      provider.scriptAlways(script);
      await chat();
      await chat({ stream: true });
    }
    provider.scriptAlways(null);
    await chat({}, `${product.apiKey.slice(0, -1)}~`);
    await chat({}, product.managementToken);
    await chat({}, PROVIDER_SECRET);
    await call('POST', `${product.baseUrl}/chat/completions`, { body: `{"model":"${product.apiKey}",` });
    for (const path of ['/models', '/models/gpt-4o-mini', '/key', `/requests/${id}`, '/nothing']) {
      await call('GET', product.baseUrl + path);
    }
    await call('GET', `${product.origin}/metrics`);
    await call('GET', `http://127.0.0.1:${workerMetricsPort}/metrics`);
    const admin = { key: product.managementToken };
    await call('GET', `${product.origin}/api/v1/organizations`, { key: product.apiKey });
    await addKeyAndCredential(admin);
    await chat();
    await speakAnthropic();
    await useTheConsole();
    await askForEverything();
  }

  /** The same in the other dialect, whose clients send their key in a header of its own. */
  async function speakAnthropic(): Promise<void> {
    const credential = await product.manage('POST', '/provider-credentials', {
      provider: 'anthropic',
      name: 'Anthropic',
      baseUrl: anthropic.baseUrl,
      secret: ANTHROPIC_SECRET,
    });
    const fields = { model: CLAUDE, upstreamModel: CLAUDE };
    await product.manage('POST', '/deployments', { providerCredentialId: credential['id'], ...fields });
    await until(
      async () => {
        const headers = { 'x-api-key': product.apiKey };
        return (await fetch(`${product.baseUrl}/models/${CLAUDE}`, { headers })).ok;
      },
      () => 'the deployment does not arrive at the gateway',
    );
    const ask = async (model: string, key = product.apiKey): Promise<void> => {
      const messages = [{ role: 'user', content: 'hi' }];
      const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
      const calls = ['/v1/messages', '/anthropic/v1/messages'].flatMap((path) => {
        const url = product.origin + path;
        return [
          call('POST', url, { headers, body: { model, max_tokens: 100, messages } }),
          call('POST', url, { headers, body: { model, max_tokens: 100, messages, stream: true } }),
          call('POST', `${url}/count_tokens`, { headers, body: { model, messages } }),
          call('POST', url, { headers, body: `{"model":"${key}",` }),
        ];
      });
      await Promise.all(calls);
    };
    for (const key of [product.apiKey, `${product.apiKey.slice(0, -1)}~`, product.managementToken, ANTHROPIC_SECRET]) {
      await ask(CLAUDE, key);
    }
    await ask('gpt-4o-mini');
    await chat({ model: CLAUDE });
    await chat({ model: CLAUDE, stream: true });
    for (const script of messagesIndiscretions()) {
      anthropic.scriptAlways(script);
      await Promise.all([ask(CLAUDE), chat({ model: CLAUDE }), chat({ model: CLAUDE, stream: true })]);
    }
    anthropic.scriptAlways(null);
  }

  /** The set-up link, the password and the session are secrets too; the session's cookie is answered to its owner. */
  async function useTheConsole(): Promise<void> {
    const password = `canary-${randomBytes(12).toString('hex')}`;
    const token = await insertSetupLink(api);
    secrets.push({ name: 'set-up link', value: token }, { name: 'password', value: password });
    const browser = new Browser(product);
    const keep = ({ status, body }: BrowserAnswer): void => void answers.push(`${status} ${JSON.stringify(body)}`);
    keep(await browser.post('/api/v1/setup/checks', { token }));
    keep(await browser.post('/api/v1/setup/completions', { token, name: 'Ada', email: 'not one', password }));
    keep(await browser.post('/api/v1/setup/completions', { token, name: 'Ada', email: 'ada@example.com', password }));
    keep(await browser.post('/api/v1/setup/completions', { token, name: 'Ada', email: 'ada@example.com', password }));
    secrets.push({ name: 'session', value: decodeURIComponent(browser.cookie.split('=')[1] ?? '') });
    keep(await browser.get('/api/v1/me'));
    keep(await browser.signIn('ada@example.com', `${password}x`));
    keep(await browser.signIn('ada@example.com', password));
    keep(await browser.get('/api/auth/get-session'));
    keep(await browser.post('/api/auth/sign-in/email', `{"email":"ada@example.com","password":"${password}",`));
    secrets.push({ name: 'second session', value: decodeURIComponent(browser.cookie.split('=')[1] ?? '') });
    keep(await browser.post('/api/auth/sign-out', {}));
    keep(await browser.get('/api/v1/me'));
  }

  /** Every operation of every surface, as it should be and spoilt. What is made here is answered once, and is not ours. */
  async function askForEverything(): Promise<void> {
    const management = await soundManagementRequests(product, api);
    const messages = [CLAUDE, 'gpt-4o-mini'].flatMap((model) => soundMessagesRequests(product, model));
    const sound = [...management, ...soundInferenceRequests(product), ...messages, ...otherSoundRequests()];
    const reading = sound.filter(({ method }) => method === 'GET');
    for (const request of reading) answers.push((await sendRaw(product.port, asItIs(request))).text);
    for (const spoiling of fc.sample(spoilings(sound.length), { numRuns: SPOILT, seed: SEED })) {
      const request = sound[spoiling.target];
      if (request !== undefined) answers.push((await sendRaw(product.port, spoil(request, spoiling))).text);
    }
  }

  /** What the management API gives away once is a secret from then on. */
  async function addKeyAndCredential(admin: { key: string }): Promise<void> {
    const secret = `sk-second-${randomBytes(16).toString('hex')}`;
    secrets.push({ name: 'secret of a credential', value: secret });
    await call('POST', `${product.origin}/api/v1/provider-credentials`, {
      ...admin,
      body: { provider: 'openai', name: 'Second', baseUrl: provider.baseUrl, secret },
    });
    await call('POST', `${product.origin}/api/v1/provider-credentials`, { ...admin, body: { secret, provider: 5 } });
    const { rows } = await product.pool.query<{ id: string }>('SELECT id FROM project');
    const key = await product.manage('POST', `/projects/${rows[0]?.id ?? ''}/api-keys`, {
      name: 'Another',
      modelAllowlist: ['*'],
    });
    secrets.push({ name: 'API key of the management API', value: String(key['secret']) });
    await chat({}, String(key['secret']));
    await chat({ stream: true }, String(key['secret']));
  }

  /** As they are, and in the forms that columns of bytes, basic credentials and URLs would give them. */
  function formsOf(value: string): string[] {
    const bytes = Buffer.from(value);
    return [value, bytes.toString('hex'), bytes.toString('base64').replace(/.?=*$/, ''), encodeURIComponent(value)];
  }

  function expectNone(where: string, text: string): void {
    const found = secrets.filter(({ value }) => formsOf(value).some((form) => text.includes(form)));
    expect(found.map(({ name }) => `${name} in ${where}`)).toEqual([]);
  }

  test('are in no answer', () => {
    expect(answers.length).toBeGreaterThan(SPOILT);
    expect(secrets.map(({ value }) => value.length).filter((length) => length < 20)).toEqual([]);
    expectNone('an answer', answers.join('\n'));
  });

  test('are in no log line; the banner shows the first two once', async () => {
    const [banner = '', ...others] = product.log.split('Tollgate is ready.').slice(1);
    const lines = product.log.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(0);
    expectNone('the log', lines.join('\n'));
    expect(others).toEqual([]);
    expect(banner.split(product.managementToken)).toHaveLength(2);
    await product.end();
    await product.launch();
    expect(product.log.split('Tollgate is ready.')[2]).not.toContain(product.apiKey);
  }, 60_000);

  test('are in no row of any table', async () => {
    const tables = await product.pool.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.rows.length).toBeGreaterThan(20);
    for (const { name } of tables.rows) {
      const { rows } = await product.pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      expectNone(name, rows.map(({ row }) => row).join('\n'));
    }
  });

  test('are in no file of the data folder', async () => {
    const entries = await readdir(product.directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    for (const part of ['/journal/', '/pg_wal/', '/postgres.log']) {
      expect([part, files.some((file) => file.includes(part))]).toEqual([part, true]);
    }
    for (const file of files) {
      // a running database removes files of its own
      const bytes = await readFile(file).catch(() => Buffer.alloc(0));
      expectNone(file, bytes.toString('latin1'));
    }
  });

  test('are in no command line', async () => {
    const pids = [await product.childPid('gateway'), await product.childPid('worker')];
    for (const pid of pids) expectNone(`process ${pid}`, await readFile(`/proc/${pid}/cmdline`, 'utf8'));
  });
});

/** A provider that repeats the secret wherever it can. */
function indiscretions(): Script[] {
  const error = { message: `Incorrect API key provided: ${PROVIDER_SECRET}`, type: 'invalid_request_error' };
  const headers = { 'x-your-key': PROVIDER_SECRET, 'set-cookie': `key=${PROVIDER_SECRET}` };
  return [
    failWith(400, { ...error, code: PROVIDER_SECRET, param: PROVIDER_SECRET }, headers),
    failWith(403, { ...error, code: null }, headers),
    failWith(500, { ...error, code: null }, headers),
    answerWith('application/json', `{"error":{"message":"${PROVIDER_SECRET}","code":400}}`),
    answerWith('text/html', `<html>${PROVIDER_SECRET}</html>`),
    errorAfterContent({ ...error, code: 400 }),
    cutAfter(1),
  ];
}

/** Anthropic's kind of the same. What looks like a dead credential comes last: it is not used any more. */
function messagesIndiscretions(): Script[] {
  const error = { type: 'invalid_request_error', message: `The key ${ANTHROPIC_SECRET} is of no use.` };
  const headers = { 'x-your-key': ANTHROPIC_SECRET, 'request-id': ANTHROPIC_SECRET };
  return [
    refuseMessage(400, error, headers),
    refuseMessage(500, { ...error, type: 'api_error' }, headers),
    failMessageAfter(1, error),
    failMessageAfter(6, { ...error, type: 'api_error' }),
    answerWith('application/json', `{"type":"error","error":{"message":"${ANTHROPIC_SECRET}"}}`),
    answerWith('text/html', `<html>${ANTHROPIC_SECRET}</html>`),
    refuseMessage(401, { ...error, type: 'authentication_error' }, headers),
  ];
}
