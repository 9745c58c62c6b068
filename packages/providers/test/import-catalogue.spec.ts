import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The tests run at the root of the project. */
const ROOT = process.cwd();
const DATA = resolve(ROOT, 'packages/providers/src/catalogue/data');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  cpSync(DATA, join(folder, 'data'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(...options: string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/import-catalogue.mjs', ...options], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

interface DataFile {
  models: { name: string; prices: { meter: string; amount: string }[] }[];
}

function doctor(provider: string, change: (data: DataFile) => void): void {
  const file = join(folder, 'data', `${provider}.json`);
  const data = JSON.parse(readFileSync(file, 'utf8')) as DataFile;
  change(data);
  writeFileSync(file, JSON.stringify(data));
}

describe('the importer', () => {
  test('would write what is committed', () => {
    const { status, output } = run('--check');
    expect([status, output.includes('is not what its sources say')]).toEqual([0, false]);
  });

  test('reports what is added, changed, removed, disagreeing, unpriced, and has no meter', () => {
    doctor('openai', (data) => {
      data.models = data.models.filter(({ name }) => name !== 'gpt-4o');
      data.models.push({ name: 'gpt-0', prices: [] });
      const input = data.models
        .find(({ name }) => name === 'gpt-4o-mini')
        ?.prices.find(({ meter }) => meter === 'input');
      if (input !== undefined) input.amount = '0.3';
    });
    const data = join(folder, 'data');
    const check = run('--check', '--data', data);
    expect([check.status, check.output]).toEqual([1, expect.stringContaining('its sources say (openai)')]);

    const report = join(folder, 'report.md');
    expect(run('--data', data, '--report', report).status).toBe(0);
    const text = readFileSync(report, 'utf8');
    const openai = text.slice(text.indexOf('## openai'), text.indexOf('## azure-openai'));
    expect(openai).toContain('Added: 1\n\n- gpt-4o\n');
    expect(openai).toContain('Removed: 1\n\n- gpt-0\n');
    expect(openai).toContain('- gpt-4o-mini\n  - input 0 *: $0.3 → $0.15 (-50.0 %)');
    expect(openai).toContain('- gpt-5.6-sol output: $20, models.dev $30 (50.0 %)');
    expect(openai).toContain('- chatgpt-image-latest');
    expect(openai).toMatch(/- storage_searches_kcount: .*gpt-4o/);
    expect(openai).toContain('Without facts');
    // and it has written what it reports
    expect(run('--check', '--data', data).status).toBe(0);
    expect(readFileSync(join(data, 'openai.json'), 'utf8')).toBe(readFileSync(join(DATA, 'openai.json'), 'utf8'));
  });
});
