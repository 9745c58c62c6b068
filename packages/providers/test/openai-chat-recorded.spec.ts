import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';

import { collectCompletion } from '../src/collect-completion.js';
import type { Completion, StreamPart } from '../src/conversation.js';
import { buildRequest } from '../src/dialects/openai-chat/build-request.js';
import { parseRequest } from '../src/dialects/openai-chat/parse-request.js';
import { readResponse } from '../src/dialects/openai-chat/read-response.js';
import { StreamReader } from '../src/dialects/openai-chat/stream-reader.js';
import { StreamWriter } from '../src/dialects/openai-chat/stream-writer.js';
import { writeResponse } from '../src/dialects/openai-chat/write-response.js';
import { parseJson } from '../src/json.js';
import { openaiTargetModel } from '../src/providers/openai/target-model.js';
import { isRequestProblem } from '../src/request-problem.js';
import { schemaErrors } from './openai-schemas.js';
import { NO_RECORDINGS, type RecordedExchange, recordedCompletions, recordedStreams } from './recorded-exchanges.js';

function readStream(chunks: Iterable<Buffer>): readonly StreamPart[] {
  const reader = new StreamReader();
  const parts: StreamPart[] = [];
  for (const chunk of chunks) parts.push(...reader.push(chunk));
  return [...parts, ...reader.end()];
}

const textOf = (completion: Completion, kind: 'text' | 'reasoning'): string =>
  completion.choices.flatMap((choice) => choice.parts.map((part) => (part.kind === kind ? part.text : ''))).join('');

/** The neutral words for what the recordings say in the providers' own. */
const FINISH: Readonly<Record<string, string>> = {
  stop: 'stop',
  eos: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
};

function expectAnswer(completion: Completion, { expect: expected }: RecordedExchange): void {
  expect(textOf(completion, 'text').trim()).toBe(expected?.text?.trim());
  expect(textOf(completion, 'reasoning').trim()).toBe(expected?.reasoning?.trim());
  const calls = completion.choices.flatMap((choice) => choice.parts.filter((part) => part.kind === 'tool-call'));
  expect(calls.map(({ name, input }) => ({ name, arguments: parseJson(input) }))).toEqual(expected?.tool_calls);
  expect(completion.choices[0]?.finish).toBe(FINISH[expected?.finish ?? '']);
  expect(completion.model).toMatch(/./);
  const usage = completion.usage?.usage;
  if (expected?.usage == null) expect(usage).toBeUndefined();
  else expect(inputTokens(usage ?? {}) + outputTokens(usage ?? {})).toBe(expected.usage.total);
}

/** Without what only one of the two forms carries. */
const comparable = (completion: Completion): unknown => ({ ...completion, extensions: {} });

function writeStream(parts: Iterable<StreamPart>): string {
  const writer = new StreamWriter({ includeUsage: true, createdAt: 0 });
  return [...parts].map((part) => writer.write(part)).join('');
}

const maybe = NO_RECORDINGS ? describe.skip : describe;
const named = (exchanges: readonly RecordedExchange[]): [string, RecordedExchange][] =>
  exchanges.map((exchange) => [exchange.name, exchange]);

maybe('recorded answers', () => {
  test.each(named(recordedCompletions))('%s', (_name, exchange) => {
    const completion = readResponse(exchange.response.body);
    if (completion === null) throw new Error('not read');
    expectAnswer(completion, exchange);
    const written = writeResponse(completion, { createdAt: 0 });
    // other vendors have words of their own for their tiers
    const errors = schemaErrors('CreateChatCompletionResponse', written).filter(
      (error) => !error.startsWith('/service_tier'),
    );
    expect(errors).toEqual([]);
    expect(readResponse(written)).toEqual(completion);
  });
});

maybe('recorded streams', () => {
  test.each(named(recordedStreams))('%s', (_name, exchange) => {
    const bytes = Buffer.from(exchange.response.sse_text ?? '');
    const whole = collectCompletion(readStream([bytes]));
    expect(whole).toMatchObject({ done: true, error: null });
    expectAnswer(whole.completion, exchange);

    const single = collectCompletion(readStream(Array.from(bytes, (byte) => Buffer.of(byte))));
    expect(single).toEqual(whole);
    const step = bytes.length <= 16_384 ? 1 : Math.ceil(bytes.length / 60);
    for (let cut = 1; cut < bytes.length; cut += step) {
      const split = collectCompletion(readStream([bytes.subarray(0, cut), bytes.subarray(cut)]));
      if (JSON.stringify(split) !== JSON.stringify(whole)) expect([cut, split]).toEqual([cut, whole]);
    }

    const written = writeStream(readStream([bytes]));
    for (const frame of written.split('\n\n')) {
      const data = frame.replace('data: ', '');
      if (data !== '' && data !== '[DONE]')
        expect(schemaErrors('CreateChatCompletionStreamResponse', JSON.parse(data))).toEqual([]);
    }
    const again = collectCompletion(readStream([Buffer.from(written)]));
    expect(comparable(again.completion)).toEqual(comparable(whole.completion));
    const answered = readResponse(writeResponse(whole.completion, { createdAt: 0 }));
    expect(comparable(answered as Completion)).toEqual(comparable(whole.completion));
  });
});

maybe('recorded requests', () => {
  const requests = [...recordedCompletions, ...recordedStreams].filter(
    (exchange) => typeof exchange.request.body === 'object' && exchange.request.body !== null,
  );
  test.each(named(requests))('%s', (_name, exchange) => {
    const conversation = parseRequest(exchange.request.body);
    if (isRequestProblem(conversation)) throw new Error(conversation.message);
    const built = buildRequest(conversation, openaiTargetModel('gpt-5', null)).body;
    expect(parseRequest(built)).toEqual(conversation);
    const given = exchange.request.body as Record<string, unknown>;
    for (const name of Object.keys(given)) {
      const absent =
        given[name] === null || given[name] === false || name === 'max_tokens' || (name === 'n' && given[name] === 1);
      if (!absent && !['{"include_usage":false}', '[]'].includes(JSON.stringify(given[name])))
        expect(built).toHaveProperty([name]);
    }
  });
});
