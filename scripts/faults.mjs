#!/usr/bin/env node
/**
 * `npm run test:faults -- [--trials N] [--seed S] [--outage SECONDS]`: kills processes, takes Postgres away, fills the
 * journal's disk, all under traffic; kills workers at every step of booking and sealing. `npm test` runs the same with ten
 * trials and an outage of a few seconds.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SUITES = [
  ...['faults', 'postgres-outage', 'journal-disk'].map((name) => `apps/gateway/test/${name}.spec.ts`),
  'apps/worker/test/worker-kills.spec.ts',
];

const whole = (name, text) => {
  if (text === undefined) return {};
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number, not ${JSON.stringify(text)}`);
  return { [VARIABLES[name]]: text };
};
const VARIABLES = {
  trials: 'TOLLGATE_FAULT_TRIALS',
  seed: 'TOLLGATE_FAULT_SEED',
  outage: 'TOLLGATE_OUTAGE_SECONDS',
};

const { values } = parseArgs({
  options: Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, { type: 'string' }])),
});
const variables = Object.assign({}, ...Object.keys(VARIABLES).map((name) => whole(name, values[name])));
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand', ...SUITES],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...variables } },
);
process.exitCode = status ?? 1;
