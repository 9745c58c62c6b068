/** Builds every workspace that has changed. Quiet when all is well: people who start the product want its banner. */
import { spawn } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';

const PATIENCE_MS = 1_500;

const child = spawn('turbo', ['run', 'build', '--output-logs=errors-only', '--log-order=grouped'], {
  stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' },
});
let output = '';
child.stdout.on('data', (chunk) => (output += chunk));
child.stderr.on('data', (chunk) => (output += chunk));
const hint = setTimeout(
  () => process.stderr.write('Building Tollgate; the first time takes half a minute …\n'),
  PATIENCE_MS,
);
child.on('error', (error) => {
  process.stderr.write(`the build cannot be started: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('close', (code) => {
  clearTimeout(hint);
  if (code !== 0) process.stderr.write(output);
  process.exitCode = code ?? 1;
});
