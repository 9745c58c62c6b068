import { describe, expect, test } from '@jest/globals';

import { ChatStreamForwarder } from './chat-stream-forwarder.js';
import type { StreamEnd } from './stream-forwarder.js';

interface Run {
  readonly text: string;
  readonly pieces: number;
  readonly end: StreamEnd;
  readonly committed: boolean;
}

function run(chunks: readonly string[], withholdUsage = false): Run {
  const pieces: string[] = [];
  const forwarder = new ChatStreamForwarder({ withholdUsage }, (bytes) => pieces.push(bytes.toString()));
  for (const chunk of chunks) forwarder.push(Buffer.from(chunk));
  const end = forwarder.end();
  return { text: pieces.join(''), pieces: pieces.length, end, committed: forwarder.committed };
}

const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: object, finish: string | null = null): string =>
  data({
    id: 'c',
    object: 'chat.completion.chunk',
    model: 'm-1',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
const usage = data({
  id: 'c',
  model: 'm-1',
  choices: [],
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
});
const role = chunk({ role: 'assistant', content: '' });
const hello = chunk({ content: 'Hello' });
const finish = chunk({}, 'stop');
const done = 'data: [DONE]\n\n';

describe('the commit', () => {
  test.each([
    ['content', { content: 'x' }],
    ['typed content', { content: [{ type: 'text', text: 'x' }] }],
    ['reasoning_content', { reasoning_content: 'x' }],
    ['reasoning', { reasoning: 'x' }],
    ['a refusal', { refusal: 'x' }],
    ['a tool call', { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] }],
    ['audio', { audio: { id: 'a', data: 'AAAA' } }],
  ])('%s commits', (_name, delta) => {
    expect(run([role, chunk(delta)]).committed).toBe(true);
  });

  test.each([
    ['the role', role],
    ['a comment', ': ping\n\n'],
    ['nulls', chunk({ content: null, reasoning: null, tool_calls: null, refusal: null })],
    ['empty lists', chunk({ content: [], tool_calls: [] })],
    ['the end', finish],
    ['usage', usage],
  ])('%s does not', (_name, text) => {
    expect(run([text]).committed).toBe(false);
  });

  test('is known when the sink is called', () => {
    const seen: boolean[] = [];
    const forwarder = new ChatStreamForwarder({ withholdUsage: false }, () => seen.push(forwarder.committed));
    forwarder.push(Buffer.from(role));
    forwarder.push(Buffer.from(role + hello));
    expect(seen).toEqual([false, true]);
  });
});

describe('the end', () => {
  test('[DONE] is held back, with whatever follows', () => {
    const { text, end } = run([role + hello + finish + usage + done, ': bye\n\n']);
    expect(text).toBe(role + hello + finish + usage);
    expect(end.doneFrame?.toString()).toBe(`${done}: bye\n\n`);
    expect(end).toMatchObject({ complete: true, servedModel: 'm-1', finishReasons: ['stop'] });
    expect(end.usage?.usage).toEqual({ input: 5, output: 7 });
  });

  test.each(['data:[DONE]\n\n', 'data: [DONE]', 'data: [DONE]\n', 'data: [DONE]\r\n\r\n', '\n\ndata: [DONE]\n\n'])(
    '%j is one',
    (last) => {
      const { text, end } = run([hello, last]);
      expect(text).toBe(hello);
      expect(end.doneFrame?.toString()).toBe(last);
    },
  );

  test('a server without [DONE] is complete with its finish reason', () => {
    expect(run([hello, finish]).end).toMatchObject({ complete: true, doneFrame: null });
    expect(run([hello, finish, usage], true).end).toMatchObject({ complete: true, usage: { usage: { input: 5 } } });
    expect(run([hello, finish.trimEnd()]).end.complete).toBe(true);
  });

  test('a stream that breaks is not complete, and half a frame does not leave', () => {
    const { text, end } = run([hello, hello.slice(0, 30)]);
    expect(text).toBe(hello);
    expect(end).toMatchObject({ complete: false, error: null, usage: null });
    expect(run([]).end).toMatchObject({ complete: false, deliveredCharacters: 0 });
  });

  test('is told again as it was, and nothing follows it', () => {
    const sent: string[] = [];
    const forwarder = new ChatStreamForwarder({ withholdUsage: false }, (piece) => sent.push(piece.toString()));
    forwarder.push(Buffer.from(hello + finish.trimEnd()));
    const end = forwarder.end();
    forwarder.push(Buffer.from(hello));
    expect(forwarder.end()).toBe(end);
    expect(sent.join('')).toBe(hello + finish);
  });

  test.each([
    ['content', (deep: string) => `{"choices":[{"index":0,"delta":{"content":${deep}}}]}`],
    ['a choice', (deep: string) => `{"choices":[${deep}]}`],
    ['usage', (deep: string) => `{"choices":[],"usage":{"prompt_tokens":${deep}}}`],
    ['an error', (deep: string) => `{"error":[{"loc":${deep},"msg":"x"}]}`],
  ])('does not throw over %s that is nested without end', (_name, document) => {
    for (const depth of [100, 500, 5000, 100_000]) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) {
        const text = `data: ${document(open.repeat(depth) + '"x"' + close.repeat(depth))}`;
        expect(run([hello, text]).end.servedModel).toBe('m-1');
        expect(run([`${text}\n\n`, hello]).end).toBeDefined();
      }
    }
  });

  test('a whole frame that lacks its end leaves', () => {
    expect(run([hello.trimEnd()]).text).toBe(hello);
  });
});

describe('usage', () => {
  test('its frame is withheld, whole, wherever it stands', () => {
    for (const chunks of [
      [role, hello, finish, usage, done],
      [role + hello + finish + usage + done],
      [usage + hello + usage + finish + done],
    ]) {
      const { text, end } = run(chunks, true);
      expect(text).not.toContain('prompt_tokens');
      expect(text).toContain('Hello');
      expect(end.usage?.usage).toEqual({ input: 5, output: 7 });
    }
  });

  test('usage beside choices is part of the answer', () => {
    const last = data({
      model: 'm',
      choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    });
    const { text, end } = run([hello, last, done], true);
    expect(text).toBe(hello + last);
    expect(end.usage?.usage).toEqual({ input: 1, output: 2 });
  });

  test('text that looks like usage is text', () => {
    const text = chunk({ content: '{"choices":[],"usage":{"prompt_tokens":1}}' });
    expect(run([hello, text, done], true)).toMatchObject({ text: hello + text, end: { usage: null } });
  });

  test("Groq's place for it", () => {
    const last = data({
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4 } },
    });
    expect(run([hello, last, done]).end.usage?.usage).toEqual({ input: 3, output: 4 });
  });
});

describe('errors inside the stream', () => {
  const error = data({ error: { message: 'Overloaded', type: 'overloaded_error', code: 503 } });

  test.each([
    ['first', [error]],
    ['after content', [role, hello, error]],
    ['in one chunk with content', [role + hello + error]],
    ['as a named event', [hello, `event: error\n${error}`]],
    [
      'as a named event without a wrapper',
      [hello, 'event: error\ndata: {"message":"x","type":"overloaded_error"}\n\n'],
    ],
    ['with white space', [hello, 'data: { "error" : {"code":503}}\n\n']],
  ])('%s', (_name, chunks) => {
    const { text, end } = run([...chunks, done]);
    expect(end).toMatchObject({ complete: false, doneFrame: null, error: { code: 'provider_overloaded' } });
    expect(text).not.toContain('error');
  });

  test('as the last thing, without an end', () => {
    expect(run([hello, error.trimEnd()])).toMatchObject({
      text: hello,
      end: { error: { code: 'provider_overloaded' } },
    });
  });

  test('hidden beside choices, as OpenRouter sends it', () => {
    const hidden = data({
      id: 'x',
      error: { code: 502, message: 'x' },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    });
    expect(run([hello, hidden, done]).end).toMatchObject({ complete: false, error: { code: 'provider_failed' } });
  });

  test("in Groq's own object", () => {
    const last = data({ id: 'x', choices: [], x_groq: { id: 'r', error: { message: 'x', code: 'over_capacity' } } });
    expect(run([hello, last, done]).end).toMatchObject({ complete: false, error: { code: 'provider_overloaded' } });
  });

  test('an answer that is no stream', () => {
    expect(run(['{"error":{"message":"x",\n"code":"rate_limit_exceeded"}}']).end.error?.code).toBe(
      'provider_rate_limited',
    );
    expect(run(['<html>', '</html>']).end).toMatchObject({ complete: false, error: null });
  });

  test('a frame without an end', () => {
    const forwarder = new ChatStreamForwarder({ withholdUsage: false }, () => undefined);
    const piece = Buffer.alloc(300_000, 'x');
    for (let i = 0; i < 6; i++) forwarder.push(piece);
    expect(forwarder.failed).toBe(true);
    expect(forwarder.heldBytes).toBe(0);
    expect(forwarder.end()).toMatchObject({ complete: false, error: { code: 'provider_invalid_response' } });
  });
});

describe('a frame in small pieces', () => {
  const whole = Buffer.from(chunk({ content: 'x'.repeat(200_000) }));

  test('costs no more than its length', () => {
    const sent: Buffer[] = [];
    const forwarder = new ChatStreamForwarder({ withholdUsage: true }, (piece) => sent.push(piece));
    const startedMs = performance.now();
    for (let i = 0; i < whole.length; i++) forwarder.push(whole.subarray(i, i + 1));
    expect(performance.now() - startedMs).toBeLessThan(1000); // several seconds if each piece were searched with all before
    expect(sent).toHaveLength(1);
    expect(sent[0]?.equals(whole)).toBe(true);
    expect(forwarder.heldBytes).toBe(0);
  });

  test('is held until its last byte, whatever ends it', () => {
    for (const end of ['\n\n', '\r\n\r\n', '\n\r\n']) {
      for (const size of [1, 2, 3, 7]) {
        const text = `data: {"a":"${'\\n'.repeat(9)}"}${end}: ping${end}`;
        const sent: string[] = [];
        const forwarder = new ChatStreamForwarder({ withholdUsage: false }, (piece) => sent.push(piece.toString()));
        for (let at = 0; at < text.length; at += size) forwarder.push(Buffer.from(text.slice(at, at + size)));
        expect(sent.join('')).toBe(text);
        expect(forwarder.heldBytes).toBe(0);
      }
    }
  });

  test('does not outgrow the longest honest one', () => {
    const forwarder = new ChatStreamForwarder({ withholdUsage: false }, () => undefined);
    const piece = Buffer.alloc(1000, 'x');
    for (let i = 0; i < 1049 && !forwarder.failed; i++) forwarder.push(piece);
    expect(forwarder.failed).toBe(true);
  });
});

describe('delivered characters', () => {
  test('are about those of the content', () => {
    const pieces = Array.from({ length: 200 }, (_, i) => chunk({ content: `word ${i} ` }));
    const written = Array.from({ length: 200 }, (_, i) => `word ${i} `).join('').length;
    for (const chunks of [pieces, [pieces.join('')]]) {
      const { deliveredCharacters } = run([role, ...chunks]).end;
      expect(deliveredCharacters / written).toBeGreaterThan(0.8);
      expect(deliveredCharacters / written).toBeLessThan(1.3);
    }
  });
});

describe('what reaches the client', () => {
  test('is one piece per chunk when nothing is held back', () => {
    expect(run([role + hello, hello + hello]).pieces).toBe(2);
  });

  test('holds no frame twice and in no other order, however it is cut', () => {
    const whole = [
      role,
      hello,
      ': ping\r\n\r\n',
      'event: message\ndata: {"choices":[{"delta":\ndata: {"content":"ü😀"}}]}\n\n',
      '\n',
      finish,
    ].join('');
    const bytes = Buffer.from(whole + done);
    for (let a = 0; a <= bytes.length; a += 3) {
      for (let b = a; b <= bytes.length; b += 5) {
        const sent: Buffer[] = [];
        const forwarder = new ChatStreamForwarder({ withholdUsage: true }, (piece) => sent.push(piece));
        for (const piece of [bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)]) forwarder.push(piece);
        const end = forwarder.end();
        expect(Buffer.concat(sent).toString() + (end.doneFrame?.toString() ?? '')).toBe(whole + done);
        expect(end.complete).toBe(true);
      }
    }
  });
});
