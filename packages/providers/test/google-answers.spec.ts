import { describe, expect, test } from '@jest/globals';
import { inputTokens, outputTokens } from '@tollgate/domain';

import { collectCompletion, type CollectedStream } from '../src/collect-completion.js';
import type { Completion, StreamPart } from '../src/conversation.js';
import type { Dialect } from '../src/dialect.js';
import { anthropicMessages } from '../src/dialects/anthropic-messages/anthropic-messages.js';
import { googleGenerate } from '../src/dialects/google-generate/google-generate.js';
import { JsonArrayFraming } from '../src/dialects/google-generate/json-array-framing.js';
import { openaiChat } from '../src/dialects/openai-chat/openai-chat.js';
import { GenerateStreamForwarder } from '../src/passthrough/generate-stream-forwarder.js';
import { isRequestProblem } from '../src/request-problem.js';
import { OPTIONS, read, written } from './answer-streams.js';
import { anthropicErrors, orderErrors, anthropicEvents } from './anthropic-schemas.js';
import { GOOGLE_FIXTURES } from './google-fixtures.js';
import { schemaErrors } from './openai-schemas.js';
import { recordedCompletions, recordedGoogle, recordedMessages, recordedStreams } from './recorded-exchanges.js';

const google = googleGenerate;

/** Without what only one of the two forms carries. */
const comparable = (completion: Completion | null): unknown => ({
  ...completion,
  created: 0,
  choices: completion?.choices.map((choice) => ({ ...choice, extensions: {} })),
  extensions: {},
});

function expectSameHoweverCut(sse: string): CollectedStream {
  const bytes = Buffer.from(sse);
  const whole = collectCompletion(read(google, [bytes]));
  const single = Array.from(bytes, (byte) => Buffer.of(byte));
  expect(collectCompletion(read(google, single))).toEqual(whole);
  const wanted = JSON.stringify(whole);
  const step = bytes.length <= 16_384 ? 1 : Math.ceil(bytes.length / 60);
  for (let cut = 1; cut < bytes.length; cut += step) {
    const split = collectCompletion(read(google, [bytes.subarray(0, cut), bytes.subarray(cut)]));
    if (JSON.stringify(split) !== wanted) expect([cut, split]).toEqual([cut, whole]);
  }
  return whole;
}

/** The same answer as the JSON array that comes where nobody asked for events, cut anywhere. */
function asArray(sse: string): string {
  const framing = new JsonArrayFraming();
  const events = sse.split(/(?<=\r\n\r\n)/).map((event) => framing.write(Buffer.from(event)));
  return Buffer.concat([...events, framing.end()]).toString();
}

/** Through each client's dialect, whole and streamed: valid, and the same in both forms. */
function expectAnswersEverybody(completion: Completion, parts: readonly StreamPart[]): void {
  const message = anthropicMessages.writeResponse(completion, OPTIONS);
  expect(anthropicErrors('message', message)).toEqual([]);
  const events = anthropicEvents(written(anthropicMessages, parts));
  for (const event of events) expect([event, anthropicErrors('event', event)]).toEqual([event, []]);
  expect(orderErrors(events)).toEqual([]);

  const answer = openaiChat.writeResponse(completion, OPTIONS);
  expect(schemaErrors('CreateChatCompletionResponse', answer)).toEqual([]);
  for (const frame of written(openaiChat, parts).split('\n\n')) {
    const data = frame.replace('data: ', '');
    if (data === '' || data === '[DONE]') continue;
    expect(schemaErrors('CreateChatCompletionStreamResponse', JSON.parse(data))).toEqual([]);
  }

  const again = google.readResponse(google.writeResponse(completion, OPTIONS));
  const streamed = collectCompletion(read(google, [Buffer.from(written(google, parts))]));
  expect(streamed).toMatchObject({ done: true, error: null });
  expect(comparable(streamed.completion)).toEqual(comparable(again));
}

describe('answers as they are published', () => {
  test.each(GOOGLE_FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', (_name, { answer, sse }) => {
    const completion = google.readResponse(answer);
    if (completion === null) throw new Error('not read');
    const whole = expectSameHoweverCut(sse);
    expect(whole).toMatchObject({ done: true, error: null });
    expect(comparable(whole.completion)).toEqual(comparable(completion));
    expect(collectCompletion(read(google, [Buffer.from(asArray(sse))]))).toEqual(whole);
    expect(JSON.parse(asArray(sse))).toHaveLength(sse.split('\r\n\r\n').length - 1);
    expectAnswersEverybody(completion, read(google, [Buffer.from(sse)]));
    const usage = completion.usage?.usage ?? {};
    expect(completion.usage?.problem).toBeNull();
    const { totalTokenCount } = answer['usageMetadata'] as { totalTokenCount: number };
    expect(inputTokens(usage) + outputTokens(usage)).toBe(totalTokenCount);
    const facts = google.readAnswer(Buffer.from(JSON.stringify(answer)));
    expect(facts).toMatchObject({ valid: true, usage: completion.usage, servedModel: completion.model, error: null });
    // nothing of it is lost on the way through the hub
    const back = google.readResponse(google.writeResponse(completion, OPTIONS));
    expect(comparable({ ...(back as Completion), serviceTier: null })).toEqual(
      comparable({ ...completion, usage: withoutSearches(completion), serviceTier: null }),
    );
  });

  test('a prompt that was blocked is an answer without content', () => {
    const blocked = {
      promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
      usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
    };
    const completion = google.readResponse(blocked);
    expect(completion?.choices).toMatchObject([{ index: 0, parts: [], finish: 'content-filter' }]);
    expect(completion?.usage?.usage).toEqual({ input: 9, output: 0 });
    expect(openaiChat.writeResponse(completion as Completion, OPTIONS)).toMatchObject({
      choices: [{ finish_reason: 'content_filter' }],
    });
    expect(google.readAnswer(Buffer.from(JSON.stringify(blocked)))).toMatchObject({ valid: true });
    expect(collectCompletion(read(google, [Buffer.from(`data: ${JSON.stringify(blocked)}\n\n`)])).done).toBe(true);
  });

  test.each([
    ['gemini-3-pro-preview', 2],
    ['gemini-2.5-flash', 1],
    ['gemini-2.0-flash', 1],
  ])('%s bills %i searches for two different queries', (modelVersion, searches) => {
    const { answer } = GOOGLE_FIXTURES.find(({ name }) => name === 'a search') ?? { answer: {} };
    const completion = google.readResponse({ ...answer, modelVersion });
    expect(completion?.usage?.usage.web_search).toBe(searches);
    expect(completion?.choices[0]?.annotations).toEqual([
      {
        type: 'url_citation',
        url_citation: { url: 'https://example.com/p', title: 'Pelicans', start_index: 5, end_index: 19 },
      },
    ]);
  });
});

/** What Google's own answers tell of searches stands in no count. */
function withoutSearches({ usage, extensions, choices }: Completion): Completion['usage'] {
  if (usage === null || choices.some((choice) => choice.extensions['groundingMetadata'] !== undefined)) return usage;
  return extensions === null ? null : usage;
}

const FINISH: Readonly<Record<string, string>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  content_filter: 'content-filter',
};

const answered = recordedGoogle.filter(({ response }) => response.status === 200);
const refused = recordedGoogle.filter(({ response }) => response.status !== 200);
(answered.length === 0 ? describe.skip : describe)('recorded answers', () => {
  test.each(answered.map((exchange) => [exchange.name, exchange] as const))(
    '%s',
    (_name, { response, expect: wanted }) => {
      const sse = response.sse_text;
      const completion = sse === undefined ? google.readResponse(response.body) : expectSameHoweverCut(sse).completion;
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
      expect(completion.usage?.problem).toBeNull();
      expect(inputTokens(usage)).toBe(wanted?.usage?.prompt);
      expect(outputTokens(usage)).toBe(wanted?.usage?.completion);
      expect(usage.input_cache_read ?? 0).toBe(wanted?.usage?.cached);
      expect(usage.output_reasoning ?? 0).toBe(wanted?.usage?.reasoning);
      if (sse === undefined) {
        const facts = google.readAnswer(Buffer.from(JSON.stringify(response.body)));
        expect(facts).toMatchObject({ valid: true, usage: completion.usage, serviceTier: completion.serviceTier });
        return;
      }
      expectAnswersEverybody(completion, read(google, [Buffer.from(sse)]));
      const sent: Buffer[] = [];
      const forwarder = new GenerateStreamForwarder((bytes) => sent.push(Buffer.from(bytes)));
      for (const byte of Buffer.from(sse)) forwarder.push(Buffer.of(byte));
      const end = forwarder.end();
      expect(end).toMatchObject({
        complete: true,
        usage: completion.usage,
        servedModel: completion.model,
        error: null,
      });
      expect(Buffer.concat([...sent, end.doneFrame ?? Buffer.alloc(0)]).toString()).toBe(sse);
    },
  );

  test.each(answered.map((exchange) => [exchange.name, exchange] as const))(
    'the request of %s',
    (_name, { request }) => {
      const address = { model: 'gemini-3-pro', stream: false };
      const conversation = google.parseRequest(request.body, address);
      if ('cachedContent' in (request.body as object)) {
        expect(conversation).toMatchObject({ code: 'caller_unsupported_parameter', param: 'cachedContent' });
        return;
      }
      if (isRequestProblem(conversation)) throw new Error(conversation.message);
      expect(conversation.messages.at(-1)?.parts.length).toBeGreaterThan(0);
    },
  );

  test.each(refused.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, { response }) => {
    const { status, body } = response;
    const facts = google.readError(status, {}, Buffer.from(JSON.stringify(body)));
    const codes: Readonly<Record<number, string>> = {
      400: 'provider_rejected_request',
      404: 'provider_model_not_found',
      429: 'provider_rate_limited',
    };
    expect(facts.code).toBe(codes[status]);
    expect(facts.credentialFault).toBe(false);
    if (status === 429) expect(facts.retryAfterMs).toBe(34_400);
  });
});

(recordedStreams.length === 0 ? describe.skip : describe)('answers of others for clients of Google', () => {
  const streams = [
    ...recordedStreams.map(({ name, response }) => [name, openaiChat, response.sse_text ?? ''] as const),
    ...recordedMessages.flatMap(({ name, response }) =>
      response.sse_text === undefined ? [] : [[name, anthropicMessages, response.sse_text] as const],
    ),
  ];
  test.each(streams)('%s', (_name, dialect: Dialect, sse) => {
    const parts = read(dialect, [Buffer.from(sse)]);
    const { completion } = collectCompletion(parts);
    const again = collectCompletion(read(google, [Buffer.from(written(google, parts))]));
    expect(again).toMatchObject({ done: true, error: null });
    expect(told(again.completion)).toEqual(told(completion));
    const whole = google.readResponse(google.writeResponse(completion, OPTIONS));
    expect(told(whole as Completion)).toEqual(told(completion));
    expect(JSON.stringify(whole)).not.toContain('thoughtSignature');
  });

  test.each(recordedCompletions.map((exchange) => [exchange.name, exchange] as const))('%s', (_name, { response }) => {
    const completion = openaiChat.readResponse(response.body) as Completion;
    expect(told(google.readResponse(google.writeResponse(completion, OPTIONS)) as Completion)).toEqual(
      told(completion),
    );
  });
});

/** What every dialect can say of an answer. */
function told({ choices, usage }: Completion): unknown {
  const said = choices.map(({ parts, finish }) => ({
    text: parts.map((part) => (part.kind === 'text' || part.kind === 'refusal' ? part.text : '')).join(''),
    reasoning: parts.map((part) => (part.kind === 'reasoning' ? part.text : '')).join(''),
    calls: parts.flatMap((part) =>
      part.kind === 'tool-call' ? [[part.name, JSON.parse(part.input || '{}') as unknown]] : [],
    ),
    finish: finish === 'stop-sequence' ? 'stop' : finish,
  }));
  const { input_cache_read: cached, output_reasoning: reasoning } = usage?.usage ?? {};
  const [input, output] = [inputTokens(usage?.usage ?? {}), outputTokens(usage?.usage ?? {})];
  return { said, cached, reasoning, input, output };
}
