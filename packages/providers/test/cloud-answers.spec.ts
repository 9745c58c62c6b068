import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';
import fc from 'fast-check';

import { collectCompletion, type CollectedStream } from '../src/collect-completion.js';
import type { Completion } from '../src/conversation.js';
import type { ProviderDialect } from '../src/dialect.js';
import { clientDialects, providerDialects } from '../src/dialects/registry.js';
import { StreamTranslator } from '../src/translation/stream-translator.js';
import { translateAnswer } from '../src/translation/translate-answer.js';
import { OPTIONS, read } from './answer-streams.js';
import { anthropicErrors, anthropicEvents, orderErrors } from './anthropic-schemas.js';
import { COHERE_FIXTURES, CONVERSE_FIXTURES, type CloudFixture } from './cloud-fixtures.js';
import { schemaErrors } from './openai-schemas.js';
import { recordedCohereChats, recordedConverse, type RecordedExchange } from './recorded-exchanges.js';

const converse = providerDialects['bedrock-converse'];
const cohere = providerDialects['cohere-chat'];
const { 'openai-chat': chat, 'anthropic-messages': messages } = clientDialects;

function expectSameHoweverCut(dialect: ProviderDialect, bytes: Buffer): CollectedStream {
  const whole = collectCompletion(read(dialect, [bytes]));
  const single = Array.from(bytes, (byte) => Buffer.of(byte));
  expect(collectCompletion(read(dialect, single))).toEqual(whole);
  const wanted = JSON.stringify(whole);
  const step = bytes.length <= 16_384 ? 1 : Math.ceil(bytes.length / 60);
  for (let cut = 1; cut < bytes.length; cut += step) {
    const split = collectCompletion(read(dialect, [bytes.subarray(0, cut), bytes.subarray(cut)]));
    if (JSON.stringify(split) !== wanted) expect([cut, split]).toEqual([cut, whole]);
  }
  return whole;
}

function translated(dialect: ProviderDialect, client: keyof typeof clientDialects, stream: Buffer): string {
  const chunks: Buffer[] = [];
  const parts = { reader: dialect.streamReader(), writer: clientDialects[client].streamWriter(OPTIONS) };
  const translator = new StreamTranslator(parts, (bytes) => chunks.push(bytes));
  translator.push(stream);
  const end = translator.end();
  expect(end).toMatchObject({ complete: true, error: null });
  return Buffer.concat([...chunks, ...(end.doneFrame === null ? [] : [end.doneFrame])]).toString();
}

function expectAnswersEverybody(dialect: ProviderDialect, stream: Buffer): void {
  const events = anthropicEvents(translated(dialect, 'anthropic-messages', stream));
  for (const event of events) expect([event, anthropicErrors('event', event)]).toEqual([event, []]);
  expect(orderErrors(events)).toEqual([]);
  for (const frame of translated(dialect, 'openai-chat', stream).split('\n\n')) {
    const data = frame.replace('data: ', '');
    if (data === '' || data === '[DONE]') continue;
    expect(schemaErrors('CreateChatCompletionStreamResponse', JSON.parse(data))).toEqual([]);
  }
}

function expectWholeAnswersEverybody(dialect: ProviderDialect, body: unknown): void {
  const received = Buffer.from(JSON.stringify(body));
  const forChat = translateAnswer(received, { upstream: dialect, client: chat }, OPTIONS);
  expect(forChat.facts).toMatchObject({ valid: true, error: null });
  expect(schemaErrors('CreateChatCompletionResponse', JSON.parse(forChat.body.toString()))).toEqual([]);
  const forMessages = translateAnswer(received, { upstream: dialect, client: messages }, OPTIONS);
  expect(anthropicErrors('message', JSON.parse(forMessages.body.toString()))).toEqual([]);
}

const FINISH: Readonly<Record<string, string>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  content_filter: 'content-filter',
};

function expectAsRecorded(completion: Completion, { expect: wanted }: RecordedExchange): void {
  const said = completion.choices[0]?.parts ?? [];
  expect(said.map((part) => (part.kind === 'text' ? part.text : '')).join('')).toBe(wanted?.text);
  expect(said.map((part) => (part.kind === 'reasoning' ? part.text : '')).join('')).toBe(wanted?.reasoning);
  const calls = said.flatMap((part) => (part.kind === 'tool-call' ? [part] : []));
  expect(calls.map(({ name, input }) => ({ name, arguments: JSON.parse(input) as unknown }))).toEqual(
    wanted?.tool_calls,
  );
  expect(completion.choices[0]?.finish).toBe(FINISH[wanted?.finish ?? '']);
  const { usage, problem } = completion.usage ?? { usage: {}, problem: 'none' };
  expect(problem).toBeNull();
  const billed = wanted?.usage?.billed;
  expect(inputTokens(usage)).toBe(billed?.['input_tokens'] ?? wanted?.usage?.prompt);
  expect(outputTokens(usage)).toBe(billed?.['output_tokens'] ?? wanted?.usage?.completion);
}

describe.each([
  ['bedrock-converse', converse, CONVERSE_FIXTURES, recordedConverse],
  ['cohere-chat', cohere, COHERE_FIXTURES, recordedCohereChats],
] as const)('%s', (_id, dialect: ProviderDialect, published: readonly CloudFixture[], recorded) => {
  test.each(published.map((fixture) => [fixture.name, fixture] as const))('published: %s', (_name, fixture) => {
    const whole = expectSameHoweverCut(dialect, fixture.stream);
    expect(whole).toMatchObject({ done: true, error: null });
    expect(whole.completion).toEqual(dialect.readResponse(fixture.body));
    expectAnswersEverybody(dialect, fixture.stream);
    expectWholeAnswersEverybody(dialect, fixture.body);
  });

  const answered = recorded.filter(({ response }) => response.status === 200);
  (answered.length === 0 ? test.skip : test).each(answered.map((exchange) => [exchange.name, exchange] as const))(
    'recorded: %s',
    (_name, exchange) => {
      const { sse_text: sse, base64, body } = exchange.response;
      if (sse === undefined && base64 === undefined) {
        const completion = dialect.readResponse(body);
        if (completion === null) throw new Error('not read');
        expectAsRecorded(completion, exchange);
        expectWholeAnswersEverybody(dialect, body);
        return;
      }
      const stream = sse === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(sse);
      const { completion, done, error } = expectSameHoweverCut(dialect, stream);
      expect({ done, error }).toEqual({ done: true, error: null });
      expectAsRecorded(completion, exchange);
      expectAnswersEverybody(dialect, stream);
    },
  );

  test('whatever an upstream sends, nothing is thrown', () => {
    const json = fc.json({ maxDepth: 4 });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), json), (sent) => {
        const bytes = Buffer.from(sent as string);
        read(dialect, [bytes]);
        dialect.readAnswer(bytes);
        dialect.readError(400, {}, bytes);
      }),
    );
    for (const { body, stream } of published) {
      const text = JSON.stringify(body);
      for (const value of ['null', '[]', '{}', '7', '"x"', '-1', '1e300']) {
        for (const at of text.matchAll(/[:[,]/g)) {
          const changed = `${text.slice(0, at.index + 1)}${value}${text.slice(at.index + 1).replace(/^("[^"]*"|[^,\]}]*)/, '')}`;
          const bytes = Buffer.from(changed);
          const { valid } = dialect.readAnswer(bytes);
          if (valid) translateAnswer(bytes, { upstream: dialect, client: messages }, OPTIONS);
        }
      }
      for (let cut = 0; cut < stream.length; cut += 13) read(dialect, [stream.subarray(0, cut)]);
    }
  });

  test('a stream that was cut is not complete', () => {
    const [{ stream }] = published as readonly [CloudFixture];
    const parts = read(dialect, [stream.subarray(0, stream.length / 2)]);
    expect(parts.some(({ kind }) => kind === 'finish' || kind === 'done')).toBe(false);
  });
});
