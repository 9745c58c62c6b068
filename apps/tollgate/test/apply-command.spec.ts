import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, launch, type Launcher } from './launcher-process.js';

const GUIDE = path.resolve(import.meta.dirname, '../../../docs/guides/operator.md');

/** The example of the guide, as an operator would copy it. */
function example(): string {
  const [, yaml] = /^```yaml\n([^]*?)^```$/m.exec(readFileSync(GUIDE, 'utf8')) ?? [];
  if (yaml === undefined) throw new Error('docs/guides/operator.md has no example of tollgate.yaml');
  return yaml;
}

/** Beside the whole product as it is built. */
describe('tollgate apply', () => {
  let folder: string;
  let file: string;
  let port: number;
  let product: Launcher;
  let token: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tollgate-apply-'));
    chmodSync(folder, 0o755);
    file = path.join(folder, 'tollgate.yaml');
    port = await freePort();
    product = launch({
      TOLLGATE_DATA: path.join(folder, 'data'),
      ...{ PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
    });
    await product.says('Tollgate is ready.');
    token = /\btgm_[A-Za-z0-9]{38}/.exec(product.output.out)?.[0] ?? '';
  }, 120_000);
  afterAll(async () => {
    await product.ended('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  async function apply(text: string, ...options: string[]) {
    writeFileSync(file, text);
    const environment = { TOLLGATE_TOKEN: token, PORT: String(port), OPENAI_KEY: 'sk-from-the-environment' };
    const command = launch(environment, 'apply', file, ...options);
    const code = await command.ended();
    return { code, ...command.output };
  }

  async function read(operation: string): Promise<{ data: Record<string, unknown>[] }> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${operation}`, { headers });
    return (await response.json()) as { data: Record<string, unknown>[] };
  }

  /** Where the gateway that took the file would send a request. */
  async function simulated(model: string, inputTokens: number): Promise<unknown> {
    const [organization] = (await read('organizations')).data;
    for (let i = 0; ; i++) {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/route-simulations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ organizationId: organization?.['id'], model, inputTokens }),
      });
      // it notices what was written within a second
      if (response.status !== 404 || i > 40) return response.json();
      await sleep(50);
    }
  }

  it('applies the example of the guide, and once only', async () => {
    const dry = await apply(example(), '--dry-run');
    expect(dry).toMatchObject({ code: 2, err: '' });
    expect(dry.out).toContain('+ provider openai-main\n    provider: openai\n    secret: set, withheld\n');
    expect(dry.out).toMatch(/\nwould be: 7 created, 2 changed, 0 removed\n$/);
    expect((await read('routes')).data).toEqual([]);

    const first = await apply(example());
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('~ limits default\n    monthlyBudget: null → 500.000000000000\n');
    expect(first.out).toMatch(/\n7 created, 2 changed, 0 removed\n$/);
    expect(first.out).not.toContain('sk-from-the-environment');
    expect((await read('routes?sort=name')).data).toMatchObject([
      { name: 'house', constraints: { residency: 'local-only' }, source: 'file' },
      { name: 'smart', hedgeAfterMs: 4000, source: 'file' },
    ]);
    expect(await simulated('smart', 5_000)).toMatchObject({
      routeName: 'smart',
      candidates: expect.arrayContaining([
        expect.objectContaining({ model: 'gpt-4o', credentialName: 'openai-main', excluded: null }),
      ]),
    });
    for (const options of [[], ['--dry-run']]) {
      expect(await apply(example(), ...options)).toEqual({ code: 0, out: 'no changes\n', err: '' });
    }
  }, 60_000);

  it('shows what differs, and what goes', async () => {
    await apply(example());
    const changed = example()
      .replace('monthlyBudget: 500', 'monthlyBudget: 250.5')
      .replace(/ {2}- name: house[^]*?\n\n/, '\n');
    expect(await apply(changed, '--url', `http://127.0.0.1:${port}`)).toMatchObject({
      code: 0,
      out:
        '- route house for default\n' +
        '~ limits default\n    monthlyBudget: 500.000000000000 → 250.500000000000\n' +
        '0 created, 1 changed, 1 removed\n',
    });
    const { out } = await apply('version: 1\n');
    expect(out).toContain('- limits default: no longer described, stays as it is\n');
    expect(out).toContain('- provider openai-main\n');
  }, 60_000);

  it('names the line of each fault, and changes nothing', async () => {
    const wrong = example()
      .replace('overload: [edge/llama-3.3-70b]', 'overload: [nowhere]')
      .replace('strategy: balanced', 'strategy: balancing');
    const lineOf = (text: string): number => wrong.split('\n').findIndex((line) => line.includes(text)) + 1;
    const form = await apply(wrong);
    expect([form.code, form.out]).toEqual([1, '']);
    expect(form.err).toMatch(new RegExp(`^${file}:${lineOf('strategy: balancing')}: routes\\[0\\]\\.strategy: `));
    const meaning = await apply(wrong.replace('balancing', 'balanced'));
    expect(meaning).toEqual({
      code: 1,
      out: '',
      err: `${file}:${lineOf('nowhere')}: routes[0].fallbacks.overload[0]: is served by no deployment that may be used here\n`,
    });
    const missing = await apply(
      'version: 1\nproviders:\n  - name: x\n    provider: openai\n    secret: ${NO_SUCH_KEY}\n',
    );
    expect(missing).toEqual({ code: 1, out: '', err: `${file}:5: the environment has no NO_SUCH_KEY\n` });
  }, 60_000);

  it('says in a line what keeps it from beginning', async () => {
    const refusal = async (environment: Record<string, string>, ...args: string[]): Promise<string> => {
      const command = launch({ PORT: String(port), TOLLGATE_TOKEN: token, ...environment }, 'apply', ...args);
      expect(await command.ended()).toBe(1);
      return command.output.err;
    };
    writeFileSync(file, 'version: 1\n');
    expect(await refusal({ TOLLGATE_TOKEN: '' }, file)).toContain('TOLLGATE_TOKEN is missing');
    expect(await refusal({ TOLLGATE_TOKEN: 'tgm_wrong' }, file)).toContain('The management token is not valid.');
    expect(await refusal({}, path.join(folder, 'no-such.yaml'))).toContain('no-such.yaml cannot be read');
    expect(await refusal({ PORT: String(await freePort()) }, file)).toContain('is tollgate running?');
  }, 60_000);
});
