import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';
import fc from 'fast-check';

import { type CollectedStream, collectCompletion } from '../src/collect-completion.js';
import type { Completion, StreamPart } from '../src/conversation.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { openaiChat } from '../src/dialects/openai-chat/openai-chat.js';
import { openaiResponses } from '../src/dialects/openai-responses/openai-responses.js';
import { parseJson } from '../src/json.js';
import { OPTIONS, collected, read, written } from './answer-streams.js';
import { anthropicErrors, anthropicEvents, orderErrors } from './anthropic-schemas.js';
import { MESSAGE_FIXTURES } from './message-fixtures.js';
import { schemaErrors } from './openai-schemas.js';
import { recordedCompletions, recordedResponses, recordedStreams } from './recorded-exchanges.js';
import { RESPONSE_FIXTURES } from './response-fixtures.js';
import { expectOrder, responseEvents } from './response-events.js';

const responses = openaiResponses;
const chat = openaiChat;
const messages = anthropicMessages;

function expectSameHoweverCut(sse: string): CollectedStream {
  const bytes = Buffer.from(sse);
  const whole = collectCompletion(read(responses, [bytes]));
  const single = Array.from(bytes, (byte) => Buffer.of(byte));
  expect(collectCompletion(read(responses, single))).toEqual(whole);
  const wanted = JSON.stringify(whole);
  const step = bytes.length <= 16_384 ? 1 : Math.ceil(bytes.length / 60);
  for (let cut = 1; cut < bytes.length; cut += step) {
    const split = collectCompletion(read(responses, [bytes.subarray(0, cut), bytes.subarray(cut)]));
    if (JSON.stringify(split) !== wanted) expect([cut, split]).toEqual([cut, whole]);
  }
  return whole;
}

/** Whole and streamed for a client of responses: valid, in order, and the same in both forms. */
function expectResponse(completion: Completion, parts: readonly StreamPart[]): void {
  const response = responses.writeResponse(completion, OPTIONS);
  expect(schemaErrors('Response', response)).toEqual([]);
  const sse = written(responses, parts);
  const events = responseEvents(sse);
  for (const event of events) expect([event, schemaErrors('ResponseStreamEvent', event)]).toEqual([event, []]);
  expectOrder(events);
  const again = collected(responses, sse);
  expect(again).toMatchObject({ done: true, error: null });
  expect(comparable(again.completion)).toEqual(comparable(responses.readResponse(response)));
}

function expectOthers(completion: Completion, parts: readonly StreamPart[]): void {
  expect(anthropicErrors('message', messages.writeResponse(completion, OPTIONS))).toEqual([]);
  const events = anthropicEvents(written(messages, parts));
  for (const event of events) expect([event['type'], anthropicErrors('event', event)]).toEqual([event['type'], []]);
  expect(orderErrors(events)).toEqual([]);
  const answer = chat.writeResponse(completion, OPTIONS);
  expect(schemaErrors('CreateChatCompletionResponse', answer)).toEqual([]);
  const frames = written(chat, parts);
  for (const frame of frames.split('\n\n')) {
    const data = frame.replace('data: ', '');
    if (data === '' || data === '[DONE]') continue;
    // custom tools have no form in the published schema of streams
    const errors = schemaErrors('CreateChatCompletionStreamResponse', JSON.parse(data));
    expect(errors.filter((error) => !/tool_calls\/\d\/type/.test(error))).toEqual([]);
  }
  expect(comparable(collected(chat, frames).completion)).toEqual(comparable(chat.readResponse(answer)));
}

/** Without what only one of the two forms carries. */
const comparable = (completion: Completion | null): unknown => ({ ...completion, extensions: {}, serviceTier: null });

describe('responses as they are published', () => {
  test.each(RESPONSE_FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, { response, sse }) => {
    expect(schemaErrors('Response', response)).toEqual([]);
    const completion = responses.readResponse(response);
    if (completion === null) throw new Error('not read');
    const whole = expectSameHoweverCut(sse);
    expect(whole).toEqual({ completion, error: null, done: true });
    const parts = read(responses, [Buffer.from(sse)]);
    expectResponse(completion, parts);
    expectOthers(completion, parts);
    // nothing of it is lost on the way through the hub
    expect(responses.readResponse(responses.writeResponse(completion, OPTIONS))).toEqual(completion);
    const usage = completion.usage?.usage ?? {};
    expect([inputTokens(usage), outputTokens(usage)]).toEqual([120, 50]);
    expect(responses.readAnswer(Buffer.from(JSON.stringify(response)))).toMatchObject({
      valid: true,
      usage: completion.usage,
      servedModel: completion.model,
      serviceTier: completion.serviceTier,
    });
  });

  test.each(RESPONSE_FIXTURES.map((fixture) => [fixture.name, fixture] as const))(
    '%s, of which a server leaves something out',
    (_name, { response, sse }) => {
      const completion = responses.readResponse(response);
      for (const left of [
        /\.delta\n/,
        /(?<!item)\.done\n/,
        /added\n/,
        /content_part|_part\./,
        /^event: response\.[a-z_]+\.[a-z_.]+\n/,
      ]) {
        const frames = sse.split(/(?<=\n\n)/).filter((frame) => !left.test(frame));
        expect(collected(responses, frames.join('')).completion).toEqual(completion);
      }
      // without the items as such nobody knows where between the texts the proofs and the steps of tools stood
      const plain = sse.split(/(?<=\n\n)/).filter((frame) => !frame.includes('output_item.'));
      expect(textsOf(collected(responses, plain.join('')).completion)).toEqual(textsOf(completion));
      const unnamed = sse.replaceAll(/^event: .*\n/gm, '');
      expect(collected(responses, `${unnamed}data: [DONE]\n\n`).completion).toEqual(completion);
    },
  );

  test('searches are counted, and the opening of what was found is not', () => {
    const search = RESPONSE_FIXTURES.find(({ name }) => name === 'a search');
    const completion = responses.readResponse(search?.response);
    expect(completion?.usage?.usage).toEqual({
      input: 20,
      input_cache_read: 100,
      output: 20,
      output_reasoning: 30,
      web_search: 1,
    });
    const [, text] = JSON.stringify(chat.writeResponse(completion as Completion, OPTIONS)).split('"annotations":');
    expect(text).toContain('"start_index":20,"end_index":29');
  });
});

const FINISH: Readonly<Record<string, string>> = { stop: 'stop', length: 'length', tool_calls: 'tool-calls' };
const answered = recordedResponses.filter(({ response }) => response.status === 200);
const refused = recordedResponses.filter(({ response }) => response.status !== 200);

(answered.length === 0 ? describe.skip : describe)('recorded responses', () => {
  test.each(answered.map((exchange) => [exchange.name, exchange] as const))(
    '%s',
    (_name, { response, expect: wanted }) => {
      const sse = response.sse_text;
      const completion =
        sse === undefined ? responses.readResponse(response.body) : expectSameHoweverCut(sse).completion;
      if (completion === null) throw new Error('not read');
      const said = completion.choices[0]?.parts ?? [];
      expect(said.map((part) => (part.kind === 'text' ? part.text : '')).join('')).toBe(wanted?.text);
      expect(said.map((part) => (part.kind === 'reasoning' ? part.text : '')).join('')).toBe(wanted?.reasoning);
      const calls = said.filter((part) => part.kind === 'tool-call');
      expect(calls.map(({ name, input }) => ({ name, arguments: parseJson(input) }))).toEqual(wanted?.tool_calls);
      expect(completion.choices[0]?.finish).toBe(FINISH[wanted?.finish ?? '']);
      const usage = completion.usage?.usage ?? {};
      expect(inputTokens(usage)).toBe(wanted?.usage?.prompt);
      expect(outputTokens(usage)).toBe(wanted?.usage?.completion);
      expect(usage.input_cache_read).toBe(wanted?.usage?.cached);
      expect(usage.output_reasoning).toBe(wanted?.usage?.reasoning);
      if (sse === undefined) {
        expect(schemaErrors('Response', responses.writeResponse(completion, OPTIONS))).toEqual([]);
        return;
      }
      const parts = read(responses, [Buffer.from(sse)]);
      expectResponse(completion, parts);
      expectOthers(completion, parts);
    },
  );

  test.each(refused.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, { response }) => {
    const facts = responses.readError(response.status, {}, Buffer.from(JSON.stringify(response.body)));
    expect(facts).toMatchObject({ code: 'provider_rejected_request', param: 'temperature', requestFault: true });
  });
});

describe('answers of other providers for clients of responses', () => {
  test.each(MESSAGE_FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, { message, sse }) => {
    const completion = messages.readResponse(message);
    if (completion === null) throw new Error('not read');
    const parts = read(messages, [Buffer.from(sse)]);
    expectResponse(completion, parts);
    const usage = responses.readResponse(responses.writeResponse(completion, OPTIONS))?.usage?.usage ?? {};
    expect(inputTokens(usage)).toBe(inputTokens(completion.usage?.usage ?? {}));
    expect(outputTokens(usage)).toBe(305 === outputTokens(completion.usage?.usage ?? {}) ? 305 : 3);
  });

  const streams = recordedStreams.map((exchange) => [exchange.name, exchange] as const);
  (streams.length === 0 ? test.skip : test).each(streams)('%s', (_name, { response }) => {
    const parts = read(chat, [Buffer.from(response.sse_text ?? '')]);
    const events = responseEvents(written(responses, parts));
    for (const event of events) expect([event, schemaErrors('ResponseStreamEvent', event)]).toEqual([event, []]);
    expectOrder(events);
    const { completion } = collectCompletion(parts);
    const again = collected(responses, written(responses, parts)).completion;
    expect(textsOf(again)).toEqual(textsOf(completion));
    expect(again.usage).toMatchObject({ problem: null });
    expect(again.choices[0]?.finish).toBe(completion.choices[0]?.finish);
  });

  const answers = recordedCompletions.map((exchange) => [exchange.name, exchange] as const);
  (answers.length === 0 ? test.skip : test).each(answers)('%s', (_name, { response }) => {
    const completion = chat.readResponse(response.body);
    if (completion === null) throw new Error('not read');
    const answer = responses.writeResponse(completion, OPTIONS);
    // other vendors have words of their own for their tiers
    expect(schemaErrors('Response', answer).filter((error) => !error.startsWith('/service_tier'))).toEqual([]);
    expect(textsOf(responses.readResponse(answer))).toEqual(textsOf(completion));
  });
});

/** Texts by kind, and calls: streams of servers that mix kinds come in another order of items. */
function textsOf(completion: Completion | null): unknown {
  const parts = completion?.choices[0]?.parts ?? [];
  const all = (kind: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.kind === kind ? part.text : '')).join('');
  const calls = parts.flatMap((part) => (part.kind === 'tool-call' ? [{ name: part.name, input: part.input }] : []));
  return { text: all('text'), reasoning: all('reasoning'), calls };
}

describe('what goes wrong', () => {
  const failed = { code: 'server_error', message: 'Sorry.' };
  const frame = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;

  test.each([
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'Slow down', param: null }, 'provider_rate_limited'],
    [
      { type: 'error', error: { type: 'invalid_request_error', code: null, message: 'Bad' } },
      'provider_rejected_request',
    ],
    [{ type: 'error', error: { code: 'context_length_exceeded', message: 'x' } }, 'provider_context_length_exceeded'],
    [{ error: { code: 'insufficient_quota', message: 'x' } }, 'provider_credentials_exhausted'],
    [{ type: 'response.failed', response: { status: 'failed', error: failed } }, 'provider_failed'],
    [
      { type: 'response.failed', response: { error: { code: 'invalid_prompt', message: 'No' } } },
      'provider_rejected_request',
    ],
    [
      { type: 'response.failed', response: { error: { code: 'image_too_large', message: 'No' } } },
      'provider_rejected_request',
    ],
    [
      { type: 'response.failed', response: { error: { code: 'bio_policy', message: 'No' } } },
      'provider_content_filtered',
    ],
  ])('%j', (event, code) => {
    const { error, done } = collected(
      responses,
      frame(event) + frame({ type: 'response.output_text.delta', delta: 'x' }),
    );
    expect([error?.code, done]).toEqual([code, false]);
    const sse = written(responses, [
      { kind: 'start', dialect: 'openai-chat', id: 'r', model: 'm', created: 1, usage: null },
      { kind: 'text', choice: 0, text: 'Hal' },
      ...read(responses, [Buffer.from(frame(event))]).filter((part) => part.kind === 'error'),
    ]);
    for (const written of responseEvents(sse)) expect(schemaErrors('ResponseStreamEvent', written)).toEqual([]);
    expect(collected(responses, sse).error?.code).toMatch(/^provider_/);
  });

  test('a response that failed is no answer', () => {
    const body = { object: 'response', status: 'failed', output: [], error: failed, usage: null };
    expect(responses.readResponse(body)).toBeNull();
    expect(responses.readAnswer(Buffer.from(JSON.stringify(body)))).toMatchObject({
      valid: false,
      error: { code: 'provider_failed' },
    });
  });

  test('a stream that was cut has no end, and tells no usage', () => {
    const sse = RESPONSE_FIXTURES[0]?.sse ?? '';
    const { completion, done } = collected(responses, sse.slice(0, sse.lastIndexOf('event: ')));
    expect([done, completion.usage, completion.choices[0]?.finish]).toEqual([false, null, null]);
  });

  test('nothing that a server sends throws', () => {
    const types = RESPONSE_FIXTURES.flatMap(({ sse }) => responseEvents(sse).map(({ type }) => type));
    const events = RESPONSE_FIXTURES.flatMap(({ sse }) => responseEvents(sse));
    const odd = fc.oneof(
      fc.constantFrom<unknown>(null, -1, 1e300, '', [], {}, 'x', true, [null], [[]]),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const event = fc.oneof(
      fc.constantFrom(...events),
      fc.record({ type: fc.constantFrom<unknown>(...types), output_index: odd, item: odd, delta: odd, response: odd }),
      fc
        .tuple(fc.constantFrom(...events), odd)
        .chain(([known, value]) => fc.constantFrom(...Object.keys(known)).map((name) => ({ ...known, [name]: value }))),
      fc.tuple(fc.constantFrom(...RESPONSE_FIXTURES), odd).chain(([{ response }, value]) =>
        fc.constantFrom(...Object.keys(response)).map((name) => ({
          type: 'response.completed',
          response: { ...response, [name]: value },
        })),
      ),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.integer({ min: 1, max: 50 }), (list, size) => {
        const bytes = Buffer.from(list.map(frame).join(''));
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const parts = read(responses, chunks);
        const { completion } = collectCompletion(parts);
        for (const dialect of [responses, chat, messages]) {
          written(dialect, [...parts, { kind: 'done' }]);
          dialect.writeResponse(completion, OPTIONS);
        }
        for (const one of list) {
          const body = 'response' in one ? one.response : one;
          responses.readResponse(body);
          responses.readAnswer(Buffer.from(JSON.stringify(body) ?? ''));
        }
      }),
      { numRuns: 400 },
    );
  });
});
