/**
 * What routing and admission cost: CPU of the gateway for a small request, with limits and with several deployments to choose
 * from, over one fixed deployment without limits.
 *
 *   npm run bench:admission -- --rounds 9
 *
 * Starts the product in a temporary folder, before a server that answers at once. CPU of the gateway's process, all threads,
 * from the kernel's accounting; the worker and the database do not count. Rounds are interleaved; told are medians, with
 * the least and the most.
 */
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { Pool } from 'undici';

import { printTable, readOptions } from './command-line.mjs';
import { processSeconds } from './cpu-time.mjs';
import { startProduct } from './measured-product.mjs';

const options = readOptions({ rounds: 9, requests: 6_000, concurrency: 32, port: 18_932 });

const DEPLOYMENTS = 3;
const MODEL = 'gpt-4o-mini';
const USAGE = { prompt_tokens: 250, completion_tokens: 20, total_tokens: 270 };
const ANSWER = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1,
  model: MODEL,
  choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(80) }, finish_reason: 'stop' }],
  usage: USAGE,
});
const WORDS = 'All that is gold does not glitter. '.repeat(25);
const LIMITS = {
  rateLimit: { requestsPerMinute: 100_000_000, tokensPerMinute: 2_000_000_000, concurrency: 1_000 },
  monthlyBudget: { amount: '100000', currency: 'USD' },
  budgetLadder: [
    { percent: 80, action: 'notify' },
    { percent: 90, action: 'cheaper-model' },
    { percent: 95, action: 'throttle', requestsPerMinute: 60 },
  ],
};

async function furnish(product, upstream) {
  for (let i = 0; i < DEPLOYMENTS; i++) {
    const secret = { baseUrl: `${upstream}/v1`, secret: 'sk-bench-0123456789abcdefghijklmnop' };
    const credential = await product.manage('/provider-credentials', {
      provider: 'openai',
      name: `bench ${i}`,
      ...secret,
    });
    const served = { providerCredentialId: credential.id, upstreamModel: MODEL };
    await product.manage('/deployments', { ...served, model: 'shared' });
    if (i === 0) await product.manage('/deployments', { ...served, model: 'fixed' });
  }
  await product.manage('/routes', { name: 'routed', strategy: 'balanced', targets: [{ model: 'shared' }] });
  const [{ id }] = (await product.manage('/organizations')).data;
  const project = await product.manage(`/organizations/${id}/projects`, { name: 'limited', ...LIMITS });
  const limited = await product.manage(`/projects/${project.id}/api-keys`, {
    name: 'limited',
    modelAllowlist: ['*'],
    ...LIMITS,
  });
  return limited.secret;
}

async function main() {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const product = await startProduct(options.port);
  const pool = new Pool(`http://127.0.0.1:${options.port}`, { connections: options.concurrency });
  try {
    const limited = await furnish(product, `http://127.0.0.1:${server.address().port}`);
    await pause(2_000); // until the gateway has heard of them
    const free = product.apiKey;
    await tell({ pool, product }, [
      { what: 'one deployment, no limits', key: free, model: 'fixed', figures: [] },
      { what: 'one deployment, limits and budgets of key and project', key: limited, model: 'fixed', figures: [] },
      { what: `${DEPLOYMENTS} deployments, no limits`, key: free, model: 'routed', figures: [] },
      { what: `${DEPLOYMENTS} deployments, limits and budgets`, key: limited, model: 'routed', figures: [] },
    ]);
  } finally {
    await pool.destroy();
    await product.stop();
    server.closeAllConnections();
    server.close();
  }
}

async function tell(bench, cases) {
  for (const each of cases) await round(bench, each); // warms up
  for (let i = 0; i < options.rounds; i++) for (const each of cases) each.figures.push(await round(bench, each));
  const [plain] = cases;
  printTable(
    cases.map(({ what, figures }) => ({
      'a request to': what,
      'CPU, µs': median(figures).toFixed(1),
      'least–most': `${Math.min(...figures).toFixed(1)}–${Math.max(...figures).toFixed(1)}`,
      'over the first, in the same rounds': `${(100 * (median(ratios(figures, plain.figures)) - 1)).toFixed(1)} %`,
    })),
  );
}

const ratios = (figures, plain) => figures.map((figure, i) => figure / plain[i]);
const median = (figures) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)];

/** Microseconds of the gateway's CPU for each request. */
async function round({ pool, product }, { key, model }) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ model, max_tokens: 100, messages: [{ role: 'user', content: WORDS }] });
  const before = processSeconds(product.gateway);
  let left = options.requests;
  const run = async () => {
    while (left-- > 0) {
      const answer = await pool.request({ path: '/v1/chat/completions', method: 'POST', headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, run));
  return ((processSeconds(product.gateway) - before) * 1e6) / options.requests;
}

await main();
