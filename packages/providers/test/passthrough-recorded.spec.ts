import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';

import type { ReadUsage } from '../src/reported-usage.js';
import { ChatStreamForwarder } from '../src/passthrough/chat-stream-forwarder.js';
import type { StreamEnd } from '../src/passthrough/stream-forwarder.js';
import { readChatCompletion } from '../src/passthrough/read-chat-completion.js';
import { NO_RECORDINGS, type RecordedExchange, recordedCompletions, recordedStreams } from './recorded-exchanges.js';

interface Forwarded {
  readonly bytes: string;
  readonly end: StreamEnd;
  readonly committed: boolean;
}

function forward(chunks: Iterable<Buffer>, withholdUsage = false): Forwarded {
  const sent: Buffer[] = [];
  const forwarder = new ChatStreamForwarder({ withholdUsage }, (bytes) => sent.push(bytes));
  for (const chunk of chunks) forwarder.push(chunk);
  const end = forwarder.end();
  return { bytes: Buffer.concat(sent).toString(), end, committed: forwarder.committed };
}

/** What two ways of cutting a stream must agree on: all but the count of characters, which is approximate. */
const essence = ({ bytes, end, committed }: Forwarded): unknown => ({
  bytes,
  committed,
  ...end,
  doneFrame: end.doneFrame?.toString(),
  deliveredCharacters: end.deliveredCharacters > 0,
});

function expectUsage(read: ReadUsage | null, exchange: RecordedExchange): void {
  const expected = exchange.expect?.usage ?? null;
  if (expected === null) {
    expect(read).toBeNull();
    return;
  }
  expect(read?.problem).toBeNull();
  const usage = read?.usage ?? {};
  expect(inputTokens(usage)).toBe(expected.prompt);
  expect(inputTokens(usage) + outputTokens(usage)).toBe(expected.total);
  expect(usage.output_reasoning ?? 0).toBe(expected.reasoning);
  if (exchange.name !== 'moonshot/reasoning.json') expect(usage.input_cache_read ?? 0).toBe(expected.cached);
}

const maybe = NO_RECORDINGS ? describe.skip : describe;

maybe('recorded streams', () => {
  test.each(recordedStreams.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, exchange) => {
    const bytes = Buffer.from(exchange.response.sse_text ?? '');
    const whole = forward([bytes]);
    expect(whole.bytes + (whole.end.doneFrame?.toString() ?? '')).toBe(bytes.toString());
    expect(whole.end).toMatchObject({ complete: true, error: null });
    expect(whole.end.doneFrame?.toString().trim()).toBe('data: [DONE]');
    expect(whole.committed).toBe(true);
    expect(whole.end.finishReasons).toEqual([exchange.expect?.finish]);
    expect(whole.end.servedModel).toMatch(/./);
    expectUsage(whole.end.usage, exchange);
    const written = (exchange.expect?.text ?? '').length + (exchange.expect?.reasoning ?? '').length;
    if (written > 200) {
      expect(whole.end.deliveredCharacters).toBeGreaterThan(written * 0.7);
      expect(whole.end.deliveredCharacters).toBeLessThan(written * 2.5);
    }

    const crlf = forward([Buffer.from(bytes.toString().replaceAll('\n', '\r\n'))]);
    expect(crlf.bytes.replaceAll('\r', '')).toBe(whole.bytes);
    expect(crlf.end.usage).toEqual(whole.end.usage);

    if (bytes.length <= 100_000) {
      const single = forward(Array.from(bytes, (byte) => Buffer.of(byte)));
      expect(essence(single)).toEqual(essence(whole));
    }
    const step = bytes.length <= 16_384 ? 1 : Math.ceil(bytes.length / 300);
    for (let cut = 1; cut < bytes.length; cut += step) {
      for (const withholdUsage of [false, true]) {
        const split = forward([bytes.subarray(0, cut), bytes.subarray(cut)], withholdUsage);
        expect(split.end.usage).toEqual(whole.end.usage);
        expect(split.end.complete).toBe(true);
        if (!withholdUsage) expect(split.bytes).toBe(whole.bytes);
        else expect(split.bytes).not.toMatch(/"choices":\[\][^\n]*"prompt_tokens"/);
      }
    }
  });
});

maybe('recorded completions', () => {
  test.each(recordedCompletions.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, exchange) => {
    for (const indent of [undefined, 2]) {
      const facts = readChatCompletion(Buffer.from(JSON.stringify(exchange.response.body, null, indent)));
      expect(facts).toMatchObject({ valid: true, error: null, servedModel: exchange.response.body?.['model'] });
      expectUsage(facts.usage, exchange);
    }
  });

  test.each(recordedCompletions.map((exchange) => [exchange.name, exchange] as const))('%s cut', (_name, exchange) => {
    const body = Buffer.from(JSON.stringify(exchange.response.body));
    const step = Math.ceil(body.length / 100);
    for (let cut = 0; cut < body.length; cut += step) {
      expect(readChatCompletion(body.subarray(0, cut)).valid).toBe(false);
    }
  });
});
