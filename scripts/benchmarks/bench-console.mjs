/**
 * How long the management API takes for what the console asks of it, on the demo: signs in as each role with a browser,
 * walks through the pages, and then sends every GET that the pages sent, so many times, one after the other.
 *
 *   npm run bench:console -- --rounds 50        on the usual demo, which is made when there is none; --roles 2: as the
 *                                               first two roles only
 *   TOLLGATE_DATA=folder npm run bench:console  on another one, which must not be running
 *
 * Needs a Chromium: /usr/bin/chromium, or CHROMIUM_PATH. Fails when a call has a p95 of 50 ms or more.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';

import { chromium } from 'playwright-core';

import { treeSeconds } from './cpu-time.mjs';
import { quantile } from './bench-world.mjs';
import { printTable, readOptions } from './command-line.mjs';

const GOAL_MS = 50;
const ROLES = [
  ['operator', 'olivia@tollgate.example'],
  ['owner', 'noor@halden.example'],
  ['admin', 'anton@halden.example'],
  ['developer', 'dana@halden.example'],
  ['finance', 'felix@halden.example'],
  ['viewer', 'vera@halden.example'],
];
const RANGES = ['today', '7d', '30d', 'month'];

async function freePort() {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

async function startDemo() {
  const port = await freePort();
  const main = new URL('../../apps/tollgate/dist/main.js', import.meta.url).pathname;
  const child = spawn(process.execPath, [main, '--demo'], {
    env: { ...process.env, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the demo ended: ${output}`)));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (output.includes('Try it with')) resolve();
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { origin: `http://127.0.0.1:${port}`, password: /password (\S+)/.exec(output)[1], pid: child.pid, stop };
}

/** What the pages of one person ask for, with the cookies to ask for it again. */
async function walk(browser, { origin, password }, email) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  const page = await context.newPage();
  const calls = new Map();
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (request.method() !== 'GET' || !url.pathname.startsWith('/api/')) return;
    const organization = request.headers()['x-tollgate-organization'];
    calls.set(url.pathname + url.search, organization === undefined ? {} : { 'x-tollgate-organization': organization });
  });
  const visit = async (path) => {
    await page.goto(origin + path, { waitUntil: 'networkidle' });
  };
  await visit('/');
  await page.getByLabel(/e-?mail/i).fill(email);
  await page
    .getByLabel(/password/i)
    .first()
    .fill(password);
  await page.getByRole('button', { name: /^sign in$/i }).click();
  await page.waitForSelector('nav a');
  await page.waitForLoadState('networkidle');
  const linksOf = (selector) => page.$$eval(selector, (links) => links.map((link) => link.getAttribute('href')));
  const places = [...new Set(await linksOf('nav a'))].filter((href) => href?.startsWith('/'));
  for (const place of places) {
    await visit(place);
    // one row of each list: its own page asks for more
    const [row] = (await linksOf('main tbody a')).filter((href) => href?.startsWith('/'));
    if (row !== undefined) await visit(row);
  }
  for (const range of RANGES) await visit(`/?range=${range}`);
  await visit('/requests?range=30d&failed=true');
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  await context.close();
  return { calls, cookie };
}

/** Times, and the CPU of gateway, worker and Postgres together: the latter tells more where other programs run. */
async function measure({ origin, pid }, { calls, cookie }, rounds) {
  const figures = new Map();
  for (const [path, headers] of calls) {
    const times = [];
    let before = 0;
    for (let round = 0; round <= rounds; round++) {
      if (round === 1) before = treeSeconds(pid);
      const began = performance.now();
      const response = await fetch(origin + path, { headers: { cookie, ...headers } });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${response.status} for ${path}`);
      // the first one connects and plans
      if (round > 0) times.push(performance.now() - began);
    }
    figures.set(path, { times, cpuMs: ((treeSeconds(pid) - before) * 1000) / rounds });
  }
  return figures;
}

/** Ids and instants differ from run to run. */
function templateOf(path) {
  const url = new URL(path, 'http://console');
  const place = url.pathname.replaceAll(/\/[a-z]+_[0-9a-z]{20,}/g, '/{id}');
  const words = [...url.searchParams].flatMap(([name, value]) => {
    if (name === 'from') return [spanOf(url.searchParams)];
    if (['to', 'zone', 'organizationId', 'after', 'cursor'].includes(name)) return [];
    return [`${name}=${/_[0-9a-z]{20,}/.test(value) ? '{id}' : value}`];
  });
  return words.length === 0 ? place : `${place}?${words.join('&')}`;
}

function spanOf(search) {
  const hours = (Date.parse(search.get('to') ?? new Date().toISOString()) - Date.parse(search.get('from'))) / 3_600_000;
  return hours <= 25 ? 'a day' : hours <= 8 * 24 ? 'a week' : 'a month';
}

const { rounds, roles: roleCount } = readOptions({ rounds: 50, roles: ROLES.length });
const demo = await startDemo();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const samples = new Map();
try {
  const sessions = [];
  for (const [role, email] of ROLES.slice(0, roleCount)) sessions.push({ role, ...(await walk(browser, demo, email)) });
  await browser.close();
  for (const session of sessions) {
    const figures = await measure(demo, session, rounds);
    for (const [path, { times, cpuMs }] of figures) {
      const template = templateOf(path);
      const known = samples.get(template) ?? { roles: new Set(), byRole: [], cpuMs: 0 };
      known.roles.add(session.role);
      known.byRole.push(times);
      known.cpuMs = Math.max(known.cpuMs, cpuMs);
      samples.set(template, known);
    }
  }
} finally {
  await browser.close();
  await demo.stop();
}
const rows = [...samples].map(([call, { roles, byRole, cpuMs }]) => {
  const all = byRole.flat().sort((a, b) => a - b);
  const worst = Math.max(
    ...byRole.map((times) =>
      quantile(
        [...times].sort((a, b) => a - b),
        0.95,
      ),
    ),
  );
  return { call, roles: roles.size, p50: quantile(all, 0.5), p95: quantile(all, 0.95), worst, max: all.at(-1), cpuMs };
});
rows.sort((a, b) => b.worst - a.worst);
printTable(
  rows.map(({ call, roles, ...times }) => ({
    call,
    roles,
    'p50 ms': times.p50.toFixed(1),
    'p95 ms': times.p95.toFixed(1),
    'p95 of the slowest role': times.worst.toFixed(1),
    'max ms': times.max.toFixed(1),
    'CPU ms': times.cpuMs.toFixed(1),
  })),
);
const slow = rows.filter(({ worst }) => worst >= GOAL_MS);
console.log(
  `\n${rows.length} calls, ${rounds} times each; load ${loadavg()[0].toFixed(1)}; ${slow.length} at ${GOAL_MS} ms or more`,
);
if (slow.length > 0) process.exitCode = 1;
