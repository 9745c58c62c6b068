/**
 * What a chunk of a stream costs between each pair of dialects, beside one that is passed through in the client's:
 *
 *   npm run bench:dialects -- --rounds 15
 *
 * CPU of the process, all threads, for streams of `--chunks` chunks with a frame of 4 to 6 characters each, `--streams` of
 * them in a round. Rounds of all pairs are interleaved; told are medians, with the least and the most. Of a stream only its
 * content is counted, so that start and end are in the figures, but hardly: they are a few frames of a thousand.
 */
import {
  ChatStreamForwarder,
  clientDialects,
  GenerateStreamForwarder,
  MessagesStreamForwarder,
  providerDialects,
  ResponsesStreamForwarder,
  StreamTranslator,
} from '@tollgate/providers';

import { printTable, readOptions } from './command-line.mjs';
import { dialectStreams, inputPieces, textPieces } from './dialect-streams.mjs';

const GOAL = 3;
const options = readOptions({ rounds: 15, chunks: 1_000, streams: 10, warmup: 4 });

const passing = {
  'openai-chat': (sink) => new ChatStreamForwarder({ withholdUsage: false }, sink),
  'openai-completions': (sink) => new ChatStreamForwarder({ withholdUsage: false }, sink),
  'openai-responses': (sink) => new ResponsesStreamForwarder(sink),
  'anthropic-messages': (sink) => new MessagesStreamForwarder(sink),
  'google-generate': (sink) => new GenerateStreamForwarder(sink),
};

function translating(client, provider) {
  const writerOptions = { createdAt: 1_786_500_000, includeUsage: true };
  return (sink) =>
    new StreamTranslator(
      { reader: providerDialects[provider].streamReader(), writer: clientDialects[client].streamWriter(writerOptions) },
      sink,
    );
}

/** Sends the streams of a round; nanoseconds of CPU for each chunk of content. */
function round({ make, chunks, content }) {
  let bytes = 0;
  const sink = (sent) => {
    bytes += sent.length;
  };
  const before = process.cpuUsage();
  for (let stream = 0; stream < options.streams; stream++) {
    const forwarder = make(sink);
    for (const chunk of chunks) forwarder.push(chunk);
    const { complete } = forwarder.end();
    if (!complete) throw new Error('a stream was not complete');
  }
  const { user, system } = process.cpuUsage(before);
  if (bytes < content) throw new Error('a stream sent less than its content');
  return ((user + system) * 1_000) / (options.streams * content);
}

function measured(make, { start, content, end }) {
  return { make, chunks: [...start, ...content, ...end], content: content.length, figures: [] };
}

function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function tell({ figures }, base = null) {
  const told = `${median(figures).toFixed(0)} [${Math.min(...figures).toFixed(0)}–${Math.max(...figures).toFixed(0)}]`;
  return base === null ? told : `${told}, ${ratio({ figures }, base).toFixed(2)}`;
}

/** Of the medians of both: each round has them all, so that noise is in both. */
function ratio({ figures }, base) {
  return median(figures.map((figure, index) => figure / base.figures[index]));
}

function measureAll(kind, pieces) {
  const clients = Object.keys(clientDialects).filter((id) => dialectStreams[id][kind] !== undefined);
  const providers = Object.keys(providerDialects).filter((id) => dialectStreams[id][kind] !== undefined);
  const table = clients.map((client) => ({
    client,
    base: measured(passing[client], dialectStreams[client][kind](pieces)),
    pairs: providers.map((id) => [id, measured(translating(client, id), dialectStreams[id][kind](pieces))]),
  }));
  const all = table.flatMap(({ base, pairs }) => [base, ...pairs.map(([, pair]) => pair)]);
  for (let i = 0; i < options.warmup; i++) for (const one of all) round(one);
  for (let i = 0; i < options.rounds; i++) for (const one of all) one.figures.push(round(one));
  printTable(
    table.map(({ client, base, pairs }) => ({
      [`client, ${kind}`]: client,
      'passed through': tell(base),
      ...Object.fromEntries(pairs.map(([id, pair]) => [id, tell(pair, base)])),
    })),
  );
  return table.flatMap(({ client, base, pairs }) =>
    pairs.map(([id, pair]) => [`${client} ← ${id}`, ratio(pair, base)]),
  );
}

console.log(`Node ${process.version}, ${new Date().toISOString().slice(0, 10)}; ns for a chunk [least–most], ratio`);
const ratios = [...measureAll('text', textPieces(options.chunks)), ...measureAll('input', inputPieces(options.chunks))];
const above = ratios.filter(([, value]) => value > GOAL);
console.log(`${ratios.length - above.length} of ${ratios.length} at most ${GOAL} times a chunk that is passed through`);
for (const [pair, value] of above) console.log(`  ${pair}: ${value.toFixed(2)}`);
