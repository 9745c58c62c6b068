/** The product as a user starts it, in a temporary folder, for benchmarks that measure its gateway from outside. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Answers when it can be called: process id of its gateway, its first key, and a way to call its management API. */
export async function startProduct(port) {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
  const environment = { ...process.env, TOLLGATE_DATA: folder, PORT: String(port) };
  // on a core of its own, so that whoever asks does not disturb what is measured
  const child = spawn('taskset', ['-c', '0', process.execPath, 'apps/tollgate/dist/main.js'], { env: environment });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  for (const deadline = Date.now() + 60_000; !output.includes('Try it with'); await pause(100)) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`the product does not start: ${output}`);
  }
  const said = (pattern) => pattern.exec(output)?.[1] ?? '';
  const token = said(/Management token\s+(tgm_\S+)/);
  return {
    gateway: Number(said(/"service":"gateway","pid":(\d+)/)),
    apiKey: said(/API key\s+(tg_\S+)/),
    manage: (path, body) => manage(`http://127.0.0.1:${port}/api/v1${path}`, { token, body }),
    async stop() {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.on('exit', resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Creates with a body, reads without one. */
async function manage(url, { token, body }) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(
    url,
    body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
  );
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`);
  return response.json();
}
