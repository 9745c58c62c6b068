/**
 * What a chunk of a stream costs the whole gateway, sockets included, for each client dialect before each provider dialect:
 *
 *   npm run bench:crossings -- --rounds 5
 *
 * Starts the product in a temporary folder, before one server that streams in every provider's dialect, one frame a packet.
 * CPU of the gateway's process, all threads, from the kernel's accounting; the worker and the database do not count. Rounds
 * of all pairs are interleaved; told are medians, with the least and the most, and the ratio to passing through.
 */
import { createServer } from 'node:http';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

import { Pool } from 'undici';

import { printTable, readOptions } from './command-line.mjs';
import { processSeconds } from './cpu-time.mjs';
import { dialectStreams, textPieces } from './dialect-streams.mjs';
import { startProduct } from './measured-product.mjs';

const options = readOptions({ rounds: 5, chunks: 200, streams: 120, concurrency: 16, port: 18_931 });

/** A provider that speaks each dialect, and where the upstream below answers it. */
const PROVIDERS = {
  'openai-chat': { provider: 'openai-compatible', path: '/v1/chat/completions', base: '/v1' },
  'openai-responses': { provider: 'openai', path: '/v1/responses', base: '/v1', model: 'o1-pro' },
  'anthropic-messages': { provider: 'anthropic', path: '/v1/messages', base: '' },
  'google-generate': { provider: 'google-gemini', path: ':streamGenerateContent', base: '/v1beta' },
  'bedrock-converse': { provider: 'aws-bedrock', path: '/converse-stream', base: '' },
  'cohere-chat': { provider: 'cohere', path: '/v2/chat', base: '' },
};
const TYPES = { 'bedrock-converse': 'application/vnd.amazon.eventstream' };
const messages = [{ role: 'user', content: 'Hello' }];
const CLIENTS = {
  'openai-chat': (model) => ['/v1/chat/completions', { model, messages, stream: true }],
  'openai-responses': (model) => ['/v1/responses', { model, input: 'Hello', stream: true }],
  'openai-completions': (model) => ['/v1/completions', { model, prompt: 'Hello', stream: true }],
  'anthropic-messages': (model) => ['/v1/messages', { model, messages, max_tokens: 1000, stream: true }],
  'google-generate': (model) => [
    `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
  ],
};

/** What is answered where; the server of chat completions also has the legacy ones. */
const PATHS = new Map([
  ...Object.entries(PROVIDERS).map(([dialect, { path }]) => [path, dialect]),
  ['/v1/completions', 'openai-completions'],
]);
const streams = new Map(
  Array.from(PATHS.values(), (dialect) => {
    const { start, content, end } = dialectStreams[dialect].text(textPieces(options.chunks));
    return [dialect, [...start, ...content, ...end]];
  }),
);

/** Frames in packets of their own, as far as the kernel goes along: each is written in a turn of its own. */
async function answer(request, response) {
  request.resume();
  await new Promise((resolve) => request.on('end', resolve));
  const url = request.url.split('?')[0];
  const dialect = [...PATHS].find(([path]) => url.endsWith(path))?.[1];
  if (dialect === undefined) return response.writeHead(404).end('{}');
  response.writeHead(200, { 'content-type': TYPES[dialect] ?? 'text/event-stream' });
  response.socket.setNoDelay(true);
  for (const frame of streams.get(dialect)) {
    response.write(frame);
    await nextTurn();
  }
  response.end();
}

async function deploy(product, upstream) {
  for (const [dialect, { provider, base, model = 'm' }] of Object.entries(PROVIDERS)) {
    const credential = await product.manage('/provider-credentials', {
      provider,
      name: dialect,
      baseUrl: upstream + base,
      secret: 'abcdefghijklmnopqrstuvwxyz0123456789',
    });
    await product.manage('/deployments', {
      providerCredentialId: credential.id,
      model: `bench-${dialect}`,
      upstreamModel: model,
    });
  }
}

async function main() {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const product = await startProduct(options.port);
  const pool = new Pool(`http://127.0.0.1:${options.port}`, { connections: options.concurrency });
  try {
    await deploy(product, `http://127.0.0.1:${server.address().port}`);
    await pause(2_000); // until the gateway has heard of the deployments
    await tellAll({ pool, product });
  } finally {
    await pool.destroy();
    await product.stop();
    server.closeAllConnections();
    server.close();
  }
}

async function tellAll(bench) {
  const pairs = Object.keys(CLIENTS).flatMap((client) =>
    Object.keys(PROVIDERS).map((provider) => ({ client, provider, figures: [] })),
  );
  for (const pair of pairs) await round(bench, pair); // warms up
  for (let i = 0; i < options.rounds; i++) for (const pair of pairs) pair.figures.push(await round(bench, pair));
  const rows = Object.keys(CLIENTS).map((client) => {
    const own = pairs.find((pair) => pair.client === client && pair.provider === client) ?? passingOf(pairs);
    const cells = pairs.filter((pair) => pair.client === client).map((pair) => [pair.provider, tell(pair, own)]);
    return { client, ...Object.fromEntries(cells) };
  });
  console.log(
    'CPU of the gateway for each chunk, µs: median [least–most], ratio to passing through in the client’s dialect\n',
  );
  printTable(rows);
  const ratios = pairs.map((pair) => {
    const own = pairs.find((each) => each.client === pair.client && each.provider === pair.client) ?? passingOf(pairs);
    return median(pair.figures) / median(own.figures);
  });
  console.log(`\nthe dearest pair: ${Math.max(...ratios).toFixed(2)} times what is passed through`);
}

/** Legacy completions are passed through to the server that also has chat completions. */
function passingOf(pairs) {
  return pairs.find(({ client, provider }) => client === 'openai-completions' && provider === 'openai-chat');
}

/** Microseconds of the gateway's CPU for each chunk. */
async function round({ pool, product }, { client, provider }) {
  const [path, body] = CLIENTS[client](`bench-${provider}`);
  const before = processSeconds(product.gateway);
  let left = options.streams;
  const run = async () => {
    while (left-- > 0) await send(pool, { path, body, apiKey: product.apiKey });
  };
  await Promise.all(Array.from({ length: options.concurrency }, run));
  return ((processSeconds(product.gateway) - before) * 1e6) / (options.streams * options.chunks);
}

async function send(pool, { path, body, apiKey }) {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const response = await pool.request({ path, method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${text.slice(0, 300)}`);
}

const median = (figures) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)];

function tell({ figures }, own) {
  const [least, most] = [Math.min(...figures), Math.max(...figures)];
  const ratio = median(figures) / median(own.figures);
  return `${median(figures).toFixed(1)} [${least.toFixed(1)}–${most.toFixed(1)}], ${ratio.toFixed(2)}`;
}

await main();
