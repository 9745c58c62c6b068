import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';

import type { StreamPart } from '../src/conversation.js';
import type { ProviderDialectId } from '../src/dialect-id.js';
import { clientDialects, providerDialects } from '../src/dialects/registry.js';
import { StreamTranslator } from '../src/translation/stream-translator.js';
import { eventStreamFrame } from './event-stream-frames.js';
import { recordings } from './recorded-exchanges.js';

/**
 * Frames that only repeat the one before are read without parsing them. Here every stream is read twice: as it is, and with
 * something nobody reads ahead of each frame, so that each is read in full. Both must say the same.
 */

function read(id: ProviderDialectId, chunks: readonly Buffer[]): readonly StreamPart[] {
  const reader = providerDialects[id].streamReader();
  return [...chunks.flatMap((chunk) => [...reader.push(chunk)]), ...reader.end()];
}

const COMMENT = Buffer.from(': read in full\n');
const inFull = (frame: Buffer): Buffer => Buffer.concat([COMMENT, frame]);

const sse = (json: string, event?: string): Buffer =>
  Buffer.from(`${event === undefined ? '' : `event: ${event}\n`}data: ${json}\n\n`);

/** The bytes of one message, with or without a header that makes its beginning unlike all others. */
function converse(json: string, event: string, number?: number): Buffer {
  const headers = { ':event-type': event, ':content-type': 'application/json', ':message-type': 'event' };
  return eventStreamFrame(number === undefined ? headers : { ...headers, number: String(number) }, json);
}

interface Sample {
  readonly id: ProviderDialectId;
  /** Events ahead of those that repeat: name and document. */
  readonly start: readonly (readonly [string, object])[];
  readonly name: string;
  /** One that repeats; `TEXT` is its content. */
  readonly document: Readonly<Record<string, unknown>>;
}

const TEXT = 'the content';
const chatHead = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 17, model: 'gpt-4o-mini' };
const chat = (delta: object, more = {}): Record<string, unknown> => ({
  ...chatHead,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: null }],
  usage: null,
  obfuscation: 'abcdef',
  ...more,
});
const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [], usage: {} };
const block = (content_block: object): readonly (readonly [string, object])[] => [
  ['message_start', { type: 'message_start', message }],
  ['content_block_start', { type: 'content_block_start', index: 0, content_block }],
];
const item = { id: 'i', type: 'message', content: [] };
const call = { id: 'i', type: 'function_call', call_id: 'c', name: 'weather', arguments: '' };
const added = (of: object): readonly (readonly [string, object])[] => [
  ['response.created', { type: 'response.created', response: { id: 'resp_1', model: 'gpt', status: 'in_progress' } }],
  ['response.output_item.added', { type: 'response.output_item.added', output_index: 0, item: of }],
];
const cohereCall = { id: 'c', type: 'function', function: { name: 'weather', arguments: '' } };
const toolUse = { toolUse: { toolUseId: 't', name: 'weather' } };

const SAMPLES: readonly Sample[] = [
  { id: 'openai-chat', start: [], name: '', document: chat({ content: TEXT }) },
  {
    id: 'openai-chat',
    start: [],
    name: '',
    document: chat({ role: 'assistant', content: null, reasoning_content: TEXT }),
  },
  { id: 'openai-chat', start: [], name: '', document: chat({ content: '', reasoning: TEXT, reasoning_content: null }) },
  {
    id: 'openai-chat',
    start: [['', chat({ tool_calls: [{ index: 0, id: 'c', function: { name: 'weather', arguments: '' } }] })]],
    name: '',
    document: chat(
      { tool_calls: [{ index: 0, function: { arguments: TEXT } }] },
      { usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 } },
    ),
  },
  {
    id: 'openai-responses',
    start: added(item),
    name: 'response.output_text.delta',
    document: {
      type: 'response.output_text.delta',
      output_index: 0,
      content_index: 0,
      item_id: 'i',
      delta: TEXT,
      logprobs: [],
      obfuscation: 'abcd',
      sequence_number: 7,
    },
  },
  {
    id: 'openai-responses',
    start: added(call),
    name: 'response.function_call_arguments.delta',
    document: { type: 'response.function_call_arguments.delta', output_index: 0, delta: TEXT, sequence_number: 7 },
  },
  {
    id: 'openai-responses',
    start: added({ id: 'i', type: 'reasoning', summary: [] }),
    name: 'response.reasoning_summary_text.delta',
    document: {
      type: 'response.reasoning_summary_text.delta',
      output_index: 0,
      summary_index: 0,
      delta: TEXT,
      sequence_number: 7,
    },
  },
  {
    id: 'anthropic-messages',
    start: block({ type: 'text', text: '' }),
    name: 'content_block_delta',
    document: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: TEXT } },
  },
  {
    id: 'anthropic-messages',
    start: block({ type: 'thinking', thinking: '', signature: '' }),
    name: 'content_block_delta',
    document: { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: TEXT } },
  },
  {
    id: 'anthropic-messages',
    start: block({ type: 'tool_use', id: 't', name: 'weather', input: {} }),
    name: 'content_block_delta',
    document: { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: TEXT } },
  },
  {
    id: 'google-generate',
    start: [],
    name: '',
    document: {
      candidates: [{ content: { parts: [{ text: TEXT }], role: 'model' }, index: 0 }],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 5, totalTokenCount: 8 },
      modelVersion: 'gemini',
      responseId: 'r',
    },
  },
  {
    id: 'google-generate',
    start: [],
    name: '',
    document: { candidates: [{ content: { parts: [{ text: TEXT, thought: true }] }, index: 0 }], responseId: 'r' },
  },
  {
    id: 'cohere-chat',
    start: [['message-start', { type: 'message-start', id: 'r' }]],
    name: 'content-delta',
    document: { type: 'content-delta', index: 0, delta: { message: { content: { text: TEXT } } } },
  },
  {
    id: 'cohere-chat',
    start: [['tool-call-start', { type: 'tool-call-start', index: 0, delta: { message: { tool_calls: cohereCall } } }]],
    name: 'tool-call-delta',
    document: {
      type: 'tool-call-delta',
      index: 0,
      delta: { message: { tool_calls: { function: { arguments: TEXT } } } },
    },
  },
  {
    id: 'bedrock-converse',
    start: [['messageStart', { role: 'assistant' }]],
    name: 'contentBlockDelta',
    document: { contentBlockIndex: 0, delta: { text: TEXT }, p: 'abcd' },
  },
  {
    id: 'bedrock-converse',
    start: [['contentBlockStart', { contentBlockIndex: 0, start: toolUse }]],
    name: 'contentBlockDelta',
    document: { contentBlockIndex: 0, delta: { toolUse: { input: TEXT } }, p: 'abcd' },
  },
];

/** How a frame differs from the sample; most do in nothing but content, counters and padding. */
interface Change {
  readonly text: string;
  /** The text's characters are all written as escapes. */
  readonly escaped: boolean;
  /** Which of the document's scalars, counted around, has which value instead; its name may come twice. */
  readonly scalar: readonly [number, unknown] | null;
  readonly twice: boolean;
  readonly blanks: number;
  /** Which byte of the frame is another one. */
  readonly byte: readonly [number, number] | null;
  readonly crlf: boolean;
}

const PLAIN = { escaped: false, scalar: null, twice: false, blanks: 0, byte: null, crlf: false };

const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 3 });
const contents = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('a"b', 'a\\b', '\n', '\t', 'é', '😀', '\ud800', '", "x":"', '}}\n\n', TEXT),
);
const scalars = fc.oneof(
  contents,
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, 0, -0, 1e21, '', {}, [], ['a']),
);
const changes: fc.Arbitrary<Change> = fc.record({
  text: contents,
  escaped: fc.boolean(),
  scalar: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, seldom(fc.tuple(fc.nat(40), scalars))),
  twice: fc.boolean(),
  blanks: fc.nat(3),
  byte: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, seldom(fc.tuple(fc.nat(2000), fc.nat(255)))),
  crlf: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
});

function changed(document: Sample['document'], change: Change): string {
  let number = 0;
  const wanted = change.scalar === null ? -1 : change.scalar[0] % countScalars(document);
  const literal = (text: string): string =>
    change.escaped
      ? `"${[...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
      : JSON.stringify(text);
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
    if (typeof value === 'object' && value !== null) {
      const members = Object.entries(value).map(([name, inner]) => {
        const before = number;
        const written = `${JSON.stringify(name)}:${write(inner)}`;
        const isChanged = before <= wanted && wanted < number && change.twice;
        return isChanged ? `${JSON.stringify(name)}:${JSON.stringify(inner)},${written}` : written;
      });
      return `{${members.join(',')}}`;
    }
    if (number++ === wanted) return JSON.stringify(change.scalar?.[1]);
    return value === TEXT ? literal(change.text) : JSON.stringify(value);
  };
  return `${write(document).slice(0, -1)}${' '.repeat(change.blanks)}}`;
}

function countScalars(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Math.max(
    1,
    Object.values(value).reduce<number>((sum, inner) => sum + countScalars(inner), 0),
  );
}

/** The frames of a stream, as they are and such that each is read in full. */
function framesOf({ id, start, name, document }: Sample, all: readonly Change[]): readonly [Buffer[], Buffer[]] {
  const events = [
    ...start.map(([event, value]) => [event, JSON.stringify(value), null] as const),
    ...all.map((change) => [name, changed(document, change), change] as const),
  ];
  if (id === 'bedrock-converse') {
    return [
      events.map(([event, json]) => converse(json, event)),
      events.map(([event, json], i) => converse(json, event, i)),
    ];
  }
  const frames = events.map(([event, json, change]) => {
    const plain = sse(json, event === '' ? undefined : event);
    const frame =
      change?.crlf === true ? Buffer.from(plain.toString('latin1').replaceAll('\n', '\r\n'), 'latin1') : plain;
    // not its end, from where on the two streams would be different ones, nor its beginning, by which Google's form is told
    if (change?.byte != null) frame[1 + (change.byte[0] % (frame.length - 5))] = change.byte[1];
    return frame;
  });
  return [frames, frames.map(inFull)];
}

const cases = SAMPLES.map(
  (sample) => [`${sample.id} ${JSON.stringify(sample.document).slice(0, 90)}`, sample] as const,
);

describe('a frame that repeats the one before', () => {
  test.each(cases)('says what reading it in full says: %s', (_name, sample) => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 3, maxLength: 12 }), (all) => {
        const [frames, full] = framesOf(sample, all);
        expect(read(sample.id, frames)).toEqual(read(sample.id, full));
        // and cut elsewhere than between frames
        const bytes = Buffer.concat(frames);
        const middle = Math.floor(bytes.length / 2);
        const cut = [bytes.subarray(0, middle), bytes.subarray(middle)];
        expect(read(sample.id, cut)).toEqual(read(sample.id, full));
      }),
      { numRuns: 200 },
    );
  });

  test.each(cases)('is not parsed: %s', (_name, sample) => {
    const [frames] = framesOf(
      sample,
      Array.from({ length: 50 }, (_, i) => ({ ...PLAIN, text: `wor${i}\n` })),
    );
    const parse = jest.spyOn(JSON, 'parse');
    const parts = read(sample.id, frames);
    const parsed = parse.mock.calls.length;
    parse.mockRestore();
    expect(parts.filter((part) => 'text' in part && part.text.startsWith('wor'))).toHaveLength(50);
    expect(parsed).toBeLessThan(10);
  });

  test.each(cases)('is written as it is in one chunk with others: %s', (_name, sample) => {
    fc.assert(
      fc.property(fc.array(contents, { minLength: 3, maxLength: 12 }), (texts) => {
        const [frames] = framesOf(
          sample,
          texts.map((text) => ({ ...PLAIN, text })),
        );
        for (const client of Object.values(clientDialects)) {
          const written = [frames, [Buffer.concat(frames)]].map((chunks) => {
            const sent: Buffer[] = [];
            const writer = client.streamWriter({ createdAt: 1, includeUsage: true });
            const reader = providerDialects[sample.id].streamReader();
            const translator = new StreamTranslator({ reader, writer }, (bytes) => sent.push(bytes));
            for (const chunk of chunks) translator.push(chunk);
            // what no server has named has a random id
            const text = Buffer.concat(sent)
              .toString()
              .replaceAll(/_[0-9a-f]{32}/g, '_id');
            return { text, end: translator.end() };
          });
          expect(written[0]).toEqual(written[1]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function dialectOf(path: string): ProviderDialectId {
  if (path.startsWith('/v1/messages')) return 'anthropic-messages';
  if (path.startsWith('/v1/responses')) return 'openai-responses';
  if (path === '/v2/chat') return 'cohere-chat';
  return /generateContent/i.test(path) ? 'google-generate' : 'openai-chat';
}

(recordings.length === 0 ? describe.skip : describe)('recorded streams', () => {
  const streams = recordings.flatMap(({ name, request, response }) =>
    response.sse_text === undefined ? [] : [[name, dialectOf(request.path ?? ''), response.sse_text] as const],
  );
  test.each(streams)('%s', (_name, id, text) => {
    const frames = text.split(/(?<=\n\r?\n)/).map((frame) => Buffer.from(frame));
    const whole = read(id, frames.map(inFull));
    expect(read(id, frames)).toEqual(whole);
  });
});
