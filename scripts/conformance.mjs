/** Runs the conformance suite and writes what it found to docs/conformance.md. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'conformance-'));
const results = path.join(folder, 'results.json');
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const run = spawnSync(process.execPath, [...jest, 'packages/providers/test/conformance'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CONFORMANCE_RESULTS: results },
});
try {
  const { page, conversations, operations } = JSON.parse(readFileSync(results, 'utf8'));
  writeFileSync(path.join(root, 'docs/conformance.md'), page);
  const cells = [...conversations, ...operations].flatMap((row) => Object.values(row.cells));
  const count = (status) => cells.filter((cell) => cell.status === status).length;
  const recorded = cells.filter((cell) => cell.recorded && cell.status === 'proven').length;
  console.log(
    `${cells.length} cells: ${count('proven')} proven (${recorded} recorded), ${count('part')} in part, ` +
      `${count('refused')} refused, ${count('not proven')} not proven`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = run.status ?? 1;
