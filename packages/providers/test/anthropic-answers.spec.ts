import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';

import { collectCompletion, type CollectedStream } from '../src/collect-completion.js';
import type { Completion, StreamPart } from '../src/conversation.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../src/dialects/openai-chat/openai-chat.js';
import { OPTIONS, collected, read, written } from './answer-streams.js';
import { anthropicErrors, anthropicEvents, orderErrors } from './anthropic-schemas.js';
import { MESSAGE_FIXTURES } from './message-fixtures.js';
import { schemaErrors } from './openai-schemas.js';
import { recordedCompletions, recordedMessages, recordedStreams } from './recorded-exchanges.js';

const messages = anthropicMessages;
const chat = openaiChat;

/** Without what only one of the two forms carries. */
const comparable = (completion: Completion | null): unknown => ({ ...completion, extensions: {} });

function expectSameHoweverCut(sse: string): CollectedStream {
  const bytes = Buffer.from(sse);
  const whole = collectCompletion(read(messages, [bytes]));
  expect(
    collectCompletion(
      read(
        messages,
        Array.from(bytes, (byte) => Buffer.of(byte)),
      ),
    ),
  ).toEqual(whole);
  const wanted = JSON.stringify(whole);
  const step = bytes.length <= 16_384 ? 1 : Math.ceil(bytes.length / 60);
  for (let cut = 1; cut < bytes.length; cut += step) {
    const split = collectCompletion(read(messages, [bytes.subarray(0, cut), bytes.subarray(cut)]));
    if (JSON.stringify(split) !== wanted) expect([cut, split]).toEqual([cut, whole]);
  }
  return whole;
}

/** Through both clients' dialects, whole and streamed: valid, and the same in both forms. */
function expectAnswersEverybody(completion: Completion, parts: readonly StreamPart[]): void {
  const message = messages.writeResponse(completion, OPTIONS);
  expect(anthropicErrors('message', message)).toEqual([]);
  const sse = written(messages, parts);
  const events = anthropicEvents(sse);
  for (const event of events) expect([event['type'], anthropicErrors('event', event)]).toEqual([event['type'], []]);
  expect(orderErrors(events)).toEqual([]);
  const again = collected(messages, sse);
  expect(again).toMatchObject({ done: true, error: null });
  const plain = (of: Completion | null): unknown => ({ ...(comparable(of) as object), serviceTier: null });
  expect(plain(again.completion)).toEqual(plain(messages.readResponse(message)));

  const answer = chat.writeResponse(completion, OPTIONS);
  expect(schemaErrors('CreateChatCompletionResponse', answer)).toEqual([]);
  const frames = written(chat, parts);
  for (const frame of frames.split('\n\n')) {
    const data = frame.replace('data: ', '');
    if (data === '' || data === '[DONE]') continue;
    expect(schemaErrors('CreateChatCompletionStreamResponse', JSON.parse(data))).toEqual([]);
  }
  expect(comparable(collected(chat, frames).completion)).toEqual(comparable(chat.readResponse(answer)));
}

describe('messages as they are published', () => {
  test.each(MESSAGE_FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, { message, sse }) => {
    const completion = messages.readResponse(message);
    if (completion === null) throw new Error('not read');
    const whole = expectSameHoweverCut(sse);
    expect(whole).toMatchObject({ done: true, error: null });
    expect(comparable(whole.completion)).toEqual(comparable(completion));
    expectAnswersEverybody(completion, read(messages, [Buffer.from(sse)]));
    // nothing of it is lost on the way through the hub
    expect(messages.writeResponse(completion, OPTIONS)).toMatchObject({ ...message, usage: expect.anything() });
    const usage = completion.usage?.usage ?? {};
    const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = message[
      'usage'
    ] as Record<string, number>;
    expect(inputTokens(usage)).toBe(
      (input_tokens ?? 0) + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0),
    );
    expect(outputTokens(usage)).toBe(output_tokens);
  });
});

const FINISH: Readonly<Record<string, string>> = { stop: 'stop', length: 'length', tool_calls: 'tool-calls' };

const answered = recordedMessages.filter(({ response }) => response.status === 200);
const refused = recordedMessages.filter(({ response }) => response.status !== 200);
(answered.length === 0 ? describe.skip : describe)('recorded messages', () => {
  test.each(answered.map((exchange) => [exchange.name, exchange] as const))(
    '%s',
    (_name, { response, expect: wanted }) => {
      const sse = response.sse_text;
      const parts = sse === undefined ? null : read(messages, [Buffer.from(sse)]);
      const completion =
        sse === undefined ? messages.readResponse(response.body) : expectSameHoweverCut(sse).completion;
      if (completion === null) throw new Error('not read');
      const said = completion.choices[0]?.parts ?? [];
      expect(said.map((part) => (part.kind === 'text' ? part.text : '')).join('')).toBe(wanted?.text);
      expect(said.map((part) => (part.kind === 'reasoning' ? part.text : '')).join('')).toBe(wanted?.reasoning);
      const calls = said.filter((part) => part.kind === 'tool-call');
      expect(calls.map((call) => ({ name: call.name, arguments: JSON.parse(call.input) as unknown }))).toEqual(
        wanted?.tool_calls,
      );
      expect(completion.choices[0]?.finish).toBe(FINISH[wanted?.finish ?? '']);
      const usage = completion.usage?.usage ?? {};
      expect(inputTokens(usage)).toBe(wanted?.usage?.prompt);
      expect(outputTokens(usage)).toBe(wanted?.usage?.completion);
      expect(usage.input_cache_read).toBe(wanted?.usage?.cached);
      if (parts !== null) expectAnswersEverybody(completion, parts);
      else {
        expect(anthropicErrors('message', messages.writeResponse(completion, OPTIONS))).toEqual([]);
        expect(schemaErrors('CreateChatCompletionResponse', chat.writeResponse(completion, OPTIONS))).toEqual([]);
      }
    },
  );

  test.each(refused.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, { response }) => {
    const { status, body } = response;
    const facts = messages.readError(status, {}, Buffer.from(JSON.stringify(body)));
    expect(facts.code).toBe(status === 404 ? 'provider_model_not_found' : 'provider_rejected_request');
    expect(facts.credentialFault).toBe(false);
    expect(anthropicErrors('error', messages.writeError({ ...facts, requestId: 'req_1' }))).toEqual([]);
  });
});

(recordedStreams.length === 0 ? describe.skip : describe)('recorded chat completions for clients of Anthropic', () => {
  test.each(recordedStreams.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, { response }) => {
    const parts = read(chat, [Buffer.from(response.sse_text ?? '')]);
    const events = anthropicEvents(written(messages, parts));
    for (const event of events) expect([event, anthropicErrors('event', event)]).toEqual([event, []]);
    expect(orderErrors(events)).toEqual([]);
    const { completion } = collectCompletion(parts);
    const message = messages.writeResponse(completion, OPTIONS);
    expect(anthropicErrors('message', message)).toEqual([]);
    const streamed = messages.readResponse(message);
    const again = collected(messages, written(messages, parts)).completion;
    expect(textsOf(again)).toEqual(textsOf(streamed));
    expect(again.usage).toEqual(streamed?.usage);
    expect(again.choices[0]?.finish).toBe(streamed?.choices[0]?.finish);
  });

  test.each(recordedCompletions.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, { response }) => {
    const completion = chat.readResponse(response.body);
    if (completion === null) throw new Error('not read');
    const message = messages.writeResponse(completion, OPTIONS);
    expect(anthropicErrors('message', message)).toEqual([]);
    const usage = messages.readResponse(message)?.usage?.usage ?? {};
    expect(inputTokens(usage) + outputTokens(usage)).toBe(
      inputTokens(completion.usage?.usage ?? {}) + outputTokens(completion.usage?.usage ?? {}),
    );
  });
});

/** Texts by kind, and calls: streams of servers that mix kinds come in another order of blocks. */
function textsOf(completion: Completion | null): unknown {
  const parts = completion?.choices[0]?.parts ?? [];
  const all = (kind: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.kind === kind ? part.text : '')).join('');
  const calls = parts.flatMap((part) =>
    part.kind === 'tool-call' ? [{ name: part.name, input: JSON.parse(part.input) as unknown }] : [],
  );
  return { text: all('text'), reasoning: all('reasoning'), calls };
}
