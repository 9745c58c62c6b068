#!/usr/bin/env node
/**
 * `npm run test:histories -- [--runs N] [--seed S]`: random histories of usage, credit, corrections, expiries, crashes and
 * closed months, each judged by a second, plain book. `npm test` runs some of them.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VARIABLES = { runs: 'TOLLGATE_HISTORY_RUNS', seed: 'TOLLGATE_HISTORY_SEED' };

const { values } = parseArgs({ options: { runs: { type: 'string', default: '2000' }, seed: { type: 'string' } } });
const variables = {};
for (const [name, text] of Object.entries(values)) {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number, not ${JSON.stringify(text)}`);
  variables[VARIABLES[name]] = text;
}
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand'];
const { status } = spawnSync(process.execPath, [...jest, 'packages/database/test/credit-histories.spec.ts'], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, ...variables },
});
process.exitCode = status ?? 1;
