import { inputTokens, METERS, outputTokens, type Usage } from '@tollgate/domain';
import { describe, expect, test } from '@jest/globals';

import type { Completion, FinishReason } from '../src/conversation.js';
import type { ClientDialectId } from '../src/dialect-id.js';
import { clientDialects, providerDialects } from '../src/dialects/registry.js';
import type { JsonRecord } from '../src/json.js';
import { completionParts } from '../src/translation/completion-parts.js';

const OPTIONS = { createdAt: 1, includeUsage: true, requestId: 'req_1', requestedModel: 'm' };
const PROVIDERS = Object.keys(providerDialects) as (keyof typeof providerDialects)[];
const CLIENTS = Object.keys(clientDialects) as ClientDialectId[];

/** Each meter has a number of its own, so that each sum tells what it is made of. */
const EVERY_METER: Usage = Object.fromEntries(METERS.map((meter, i) => [meter, 2 ** i]));
const input = inputTokens(EVERY_METER);
const output = outputTokens(EVERY_METER);
const of = (...meters: (keyof Usage)[]): number => meters.reduce((sum, meter) => sum + (EVERY_METER[meter] ?? 0), 0);
const cacheRead = of('input_cache_read', 'input_audio_cache_read');
const cacheWritten = of('input_cache_write_5m', 'input_cache_write_1h');

/** OpenAI: parts inside their totals. Anthropic: the cache beside the input. Google: thoughts beside the candidates. */
const USAGE: Readonly<Record<ClientDialectId, JsonRecord>> = {
  'openai-chat': inChat(),
  'openai-completions': inChat(),
  'openai-responses': {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWritten },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: of('output_reasoning') },
    total_tokens: input + output,
  },
  'anthropic-messages': {
    input_tokens: input - cacheRead - cacheWritten,
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWritten,
    output_tokens: output,
    server_tool_use: { web_search_requests: of('web_search') },
  },
  'google-generate': {
    promptTokenCount: input,
    cachedContentTokenCount: cacheRead,
    candidatesTokenCount: output - of('output_reasoning'),
    thoughtsTokenCount: of('output_reasoning'),
    totalTokenCount: input + output,
  },
};

function inChat(): JsonRecord {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cacheRead },
    completion_tokens_details: { reasoning_tokens: of('output_reasoning') },
  };
}

/** In the order: chat, completions, responses, messages, Google. */
const ENDS: Readonly<Record<FinishReason, readonly string[]>> = {
  stop: ['stop', 'stop', 'completed', 'end_turn', 'STOP'],
  'stop-sequence': ['stop', 'stop', 'completed', 'stop_sequence', 'STOP'],
  length: ['length', 'length', 'max_output_tokens', 'max_tokens', 'MAX_TOKENS'],
  'context-window': ['length', 'length', 'max_output_tokens', 'model_context_window_exceeded', 'MAX_TOKENS'],
  'tool-calls': ['tool_calls', 'stop', 'completed', 'tool_use', 'STOP'],
  'content-filter': ['content_filter', 'content_filter', 'content_filter', 'refusal', 'SAFETY'],
  refusal: ['content_filter', 'content_filter', 'content_filter', 'refusal', 'SAFETY'],
  pause: ['stop', 'stop', 'completed', 'pause_turn', 'OTHER'],
  other: ['stop', 'stop', 'completed', 'end_turn', 'OTHER'],
};
const COLUMNS = ['openai-chat', 'openai-completions', 'openai-responses', 'anthropic-messages', 'google-generate'];

function answer(dialect: Completion['dialect'], finish: FinishReason = 'stop'): Completion {
  const text = { kind: 'text', text: 'Hi.' } as const;
  const call = { kind: 'tool-call', id: 'c1', name: 'f', input: '{}', custom: false } as const;
  const choice = { index: 0, parts: finish === 'tool-calls' ? [text, call] : [text], finish, stopSequence: null };
  return {
    dialect,
    id: 'x',
    model: 'm',
    created: 1,
    choices: [{ ...choice, annotations: [], logprobs: null, extensions: {} }],
    usage: { usage: EVERY_METER, problem: null, reportedCost: null },
    serviceTier: null,
    extensions: {},
  };
}

function streamed(client: ClientDialectId, completion: Completion, includeUsage = true): string {
  const writer = clientDialects[client].streamWriter({ ...OPTIONS, includeUsage });
  return completionParts(completion)
    .map((part) => writer.write(part))
    .join('');
}

function endOf(client: ClientDialectId, body: JsonRecord): unknown {
  const [choice] = (body['choices'] ?? body['candidates'] ?? []) as JsonRecord[];
  const details = body['incomplete_details'] as JsonRecord | null | undefined;
  if (client === 'openai-responses') return details?.['reason'] ?? body['status'];
  return choice?.['finish_reason'] ?? choice?.['finishReason'] ?? body['stop_reason'];
}

describe.each(CLIENTS.flatMap((client) => PROVIDERS.map((provider) => [client, provider] as const)))(
  '%s from %s',
  (client, provider) => {
    test('tells usage as the client’s dialect defines it, streamed and not', () => {
      const body = clientDialects[client].writeResponse(answer(provider), OPTIONS);
      expect(body['usage'] ?? body['usageMetadata']).toMatchObject(USAGE[client]);
      const events = streamed(client, answer(provider));
      for (const [name, count] of Object.entries(USAGE[client])) {
        if (typeof count === 'number') expect(events).toContain(`"${name}":${count}`);
      }
    });

    test.each(Object.keys(ENDS) as FinishReason[])('tells why it ended: %s', (reason) => {
      const completion = answer(provider, reason);
      const word = ENDS[reason][COLUMNS.indexOf(client)];
      expect(endOf(client, clientDialects[client].writeResponse(completion, OPTIONS))).toBe(word);
      expect(streamed(client, completion)).toContain(`"${word ?? ''}"`);
    });

    test('sends usage with a stream exactly when it is asked for, where the client has the choice', () => {
      const unasked = streamed(client, answer(provider), false);
      const has = /"usage"|"usageMetadata"/.test(unasked);
      expect(has).toBe(client !== 'openai-chat' && client !== 'openai-completions');
      expect(
        streamed(client, answer(provider)).match(/"total_tokens"|"totalTokenCount"|"message_delta"/),
      ).not.toBeNull();
    });
  },
);
