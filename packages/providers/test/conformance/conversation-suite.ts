import { schemaErrors } from '@tollgate/testing/openai-schemas';

import { collectCompletion } from '../../src/collect-completion.js';
import type { Completion, Conversation, Part, StreamPart } from '../../src/conversation.js';
import type { ClientDialectId, ProviderDialectId } from '../../src/dialect-id.js';
import { clientDialects, providerDialects, providerErrorReader } from '../../src/dialects/registry.js';
import { droppedParameters, refusalOf } from '../../src/inexpressible.js';
import type { ProviderDeclaration, ProviderEndpoint } from '../../src/provider-declaration.js';
import { isRequestProblem } from '../../src/request-problem.js';
import { StreamTranslator } from '../../src/translation/stream-translator.js';
import { translateAnswer } from '../../src/translation/translate-answer.js';
import { type Asked, clientRequest, needlesOf } from './client-requests.js';
import { cellOf, CONVERSATION_FEATURES, type ConversationFeature, NOT_PROVEN, type Row } from './features.js';
import { PROOF, providerAnswer, type Said, TOLD } from './provider-answers.js';
import { type ErrorKind, providerError } from './provider-errors.js';
import { recordedFeatures } from './recorded-features.js';
import { sampleModel } from './sample-models.js';

type Result = 'proven' | 'refused' | null;
/** Legacy completions have words for texts only. */
const CLIENTS = Object.keys(clientDialects).filter((id) => id !== 'openai-completions') as ClientDialectId[];
const ALL_CLIENTS = Object.keys(clientDialects) as ClientDialectId[];

const TEXT = 'Grüße 🌞, "ja".';
const THOUGHT = 'Let me see.\nYes.';
const call = (n: number) => ({ id: `call_${n}`, name: 'look_up', input: { city: `Köln ${n}`, days: [n] } });
const PLAIN: Said = { text: TEXT, stop: 'stop' };
const THINKING: Said = { text: TEXT, thought: THOUGHT, stop: 'stop' };
const CALLING: Said = { text: '', calls: [call(1)], stop: 'tool-calls' };
const PARALLEL: Said = { text: '', calls: [call(1), call(2)], stop: 'tool-calls' };

interface Place {
  readonly provider: ProviderDeclaration;
  readonly dialect: ProviderDialectId;
  readonly endpoint: ProviderEndpoint;
  readonly model: string;
}

/** The rows of a provider: one for each place where its models answer in conversations. */
export function conversationRows(provider: ProviderDeclaration): readonly Row[] {
  const features = { name: '', features: [] };
  return provider.endpoints.flatMap((endpoint): Row[] => {
    const { dialect } = endpoint;
    const model = sampleModel(provider.id, dialect);
    // what serves no model is declared only for its address; legacy completions are passed on and never translated
    if (endpoint.serves?.({ ...features, name: model }) === false || dialect === 'openai-completions') return [];
    const place = { provider, dialect, endpoint, model };
    const recorded = recordedFeatures(provider.id, dialect);
    const cells = CONVERSATION_FEATURES.map(
      (feature) => [feature, cellOf(resultsOf(place, feature), recorded.has(feature))] as const,
    );
    return [
      {
        provider: provider.id,
        endpoint: dialect,
        model,
        cells: Object.fromEntries(cells.map(([name, cell]) => [name, cell ?? NOT_PROVEN])),
      },
    ];
  });
}

function resultsOf(place: Place, feature: ConversationFeature): ReadonlyMap<string, Result> {
  const over = (
    clients: readonly ClientDialectId[],
    run: (client: ClientDialectId) => Result | undefined,
  ): Map<string, Result> => {
    const results = new Map<string, Result>();
    for (const client of clients) {
      const result = attempt(() => run(client));
      // a client that has no words for it proves nothing either way
      if (result !== undefined) results.set(client, result);
    }
    return results;
  };
  const answered = (said: Said) => (client: ClientDialectId) => answer(place, client, { said, streamed: false });
  switch (feature) {
    case 'text':
      return over(ALL_CLIENTS, (client) => worst(request(place, client, 'text'), answered(PLAIN)(client)));
    case 'stream':
      return over(ALL_CLIENTS, (client) =>
        worst(
          ...[PLAIN, ...(client === 'openai-completions' ? [] : [THINKING, PARALLEL])].map((said) =>
            answer(place, client, { said, streamed: true }),
          ),
        ),
      );
    case 'tools':
      return over(CLIENTS, (client) => worst(request(place, client, 'tools'), answered(CALLING)(client)));
    case 'parallel tools':
      return over(CLIENTS, (client) => worst(request(place, client, 'tools'), answered(PARALLEL)(client)));
    case 'reasoning shown':
      return over(CLIENTS, answered(THINKING));
    case 'reasoning carried back':
      return over(CLIENTS, (client) => carriedBack(place, client));
    case 'stop reasons':
      return over(ALL_CLIENTS, (client) =>
        worst(...(['stop', 'length'] as const).map((stop) => answered({ ...PLAIN, stop })(client))),
      );
    case 'usage':
      return over(ALL_CLIENTS, (client) => usage(place, client, false));
    case 'cache tokens':
      return over(CLIENTS, (client) => usage(place, client, true));
    case 'content filter':
      return over(CLIENTS, (client) => worst(filtered(place, client), error(place, client, 'filter') ?? 'proven'));
    case 'context overflow':
      return over(ALL_CLIENTS, (client) => error(place, client, 'overflow') ?? null);
    case 'error 429 and Retry-After':
      return over(ALL_CLIENTS, (client) => error(place, client, 429) ?? null);
    case 'error 400':
    case 'error 401':
    case 'error 403':
    case 'error 404':
    case 'error 408':
    case 'error 413':
    case 'error 500':
    case 'error 503':
    case 'error 529':
      return over(ALL_CLIENTS, (client) => error(place, client, Number(feature.slice(6)) as ErrorKind) ?? null);
    default:
      return over(CLIENTS, (client) => request(place, client, feature));
  }
}

function attempt(run: () => Result | undefined): Result | undefined {
  try {
    return run();
  } catch {
    return null;
  }
}

function worst(...results: readonly (Result | undefined)[]): Result | undefined {
  if (results.includes(undefined)) return undefined;
  if (results.includes(null)) return null;
  return results.includes('refused') ? 'refused' : 'proven';
}

const ADDRESS = { model: 'm', stream: false };

function parse(client: ClientDialectId, body: unknown): Conversation {
  const conversation = clientDialects[client].parseRequest(body, ADDRESS);
  if (isRequestProblem(conversation)) throw new Error(conversation.message);
  return conversation;
}

/** What the provider is sent for a client's request, as the gateway builds it. */
function build({ provider, dialect, endpoint, model }: Place, conversation: Conversation) {
  const target = provider.targetModel(model, 32_000);
  const asked = { ...conversation, model, maxOutputTokens: conversation.maxOutputTokens ?? 8_000 };
  const { body, inexpressible } = providerDialects[dialect].buildRequest(asked, target);
  const path = endpoint.path({ upstreamModel: model, stream: false, basePath: '/v1' });
  if (!path.startsWith('/')) throw new Error(`no path: ${path}`);
  return { sent: JSON.stringify(endpoint.rewrite?.(model)?.(body) ?? body), inexpressible };
}

function request(place: Place, client: ClientDialectId, asked: Asked): Result | undefined {
  const wire = clientRequest(client, asked);
  if (wire === null) return undefined;
  const { sent, inexpressible } = build(place, parse(client, wire));
  const refused = refusalOf(inexpressible, 'refuse');
  if (refused !== null) return refused.param === null ? null : 'refused';
  if (!needlesOf(asked).every((needle) => sent.includes(needle))) return null;
  if (asked !== 'reasoning asked') return 'proven';
  const plain = build(place, parse(client, clientRequest(client, 'text')));
  if (droppedParameters(inexpressible).length > droppedParameters(plain.inexpressible).length) return 'refused';
  return sent === plain.sent ? null : 'proven';
}

const OPTIONS = { createdAt: 1_700_000_000, includeUsage: true };
const SCHEMAS: Partial<Readonly<Record<ClientDialectId, string>>> = {
  'openai-chat': 'CreateChatCompletionResponse',
  'openai-responses': 'Response',
};

/** A client's answer as it was written for it, read again by the words of its own dialect. */
function reread(client: ClientDialectId, written: unknown): Completion {
  if (client === 'openai-completions') {
    const { choices } = written as { choices: { text: string; finish_reason: string }[] };
    const as = {
      choices: choices.map(({ text, finish_reason }) => ({
        index: 0,
        message: { role: 'assistant', content: text },
        finish_reason,
      })),
    };
    return reread('openai-chat', { ...(written as object), ...as });
  }
  const completion = providerDialects[client].readResponse(written);
  if (completion === null) throw new Error('the written answer is none');
  return completion;
}

function answer(
  place: Place,
  client: ClientDialectId,
  { said, streamed }: { readonly said: Said; readonly streamed: boolean },
): Result {
  const completion = streamed ? streamedAnswer(place, client, said) : wholeAnswer(place, client, said);
  return tells(completion, said, client) ? 'proven' : null;
}

function wholeAnswer({ dialect }: Place, client: ClientDialectId, said: Said): Completion {
  const received = Buffer.from(JSON.stringify(providerAnswer(dialect, said).body));
  const pair = { upstream: providerDialects[dialect], client: clientDialects[client] };
  const { facts, body } = translateAnswer(received, pair, OPTIONS);
  if (!facts.valid) throw new Error('not read');
  const written: unknown = JSON.parse(body.toString());
  const schema = SCHEMAS[client];
  const wrong = schema === undefined ? [] : schemaErrors(schema, written);
  if (wrong.length > 0) throw new Error(wrong.join());
  return reread(client, written);
}

/** Cut at each place of a few sizes, which fall inside of frames, of letters and of numbers. */
function streamedAnswer({ dialect }: Place, client: ClientDialectId, said: Said): Completion {
  const { stream } = providerAnswer(dialect, said);
  const outcomes = [1, 7, 61, stream.length].map((size) => {
    const out: Buffer[] = [];
    const parts = {
      reader: providerDialects[dialect].streamReader(),
      writer: clientDialects[client].streamWriter(OPTIONS),
    };
    const translator = new StreamTranslator(parts, (bytes) => void out.push(bytes));
    for (let at = 0; at < stream.length; at += size) translator.push(stream.subarray(at, at + size));
    const end = translator.end();
    if (!end.complete || end.usage === null) throw new Error('the stream is not whole');
    if (end.doneFrame !== null) out.push(end.doneFrame);
    return Buffer.concat(out).toString();
  });
  const [first = ''] = outcomes;
  const completion = rereadStream(client, first);
  for (const outcome of outcomes.slice(1)) {
    const other = rereadStream(client, outcome);
    if (JSON.stringify(other.choices) !== JSON.stringify(completion.choices)) throw new Error('cuts change the answer');
  }
  checkEvents(client, first);
  return completion;
}

function rereadStream(client: ClientDialectId, events: string): Completion {
  const legacy = client === 'openai-completions';
  const reader = providerDialects[legacy ? 'openai-chat' : client].streamReader();
  const asChat = legacy ? events.replaceAll(/"text":("(?:[^"\\]|\\.)*")/g, '"delta":{"content":$1}') : events;
  const parts: StreamPart[] = [...reader.push(Buffer.from(asChat)), ...reader.end()];
  const { completion } = collectCompletion(parts);
  if (completion === null) throw new Error('the written stream is none');
  return completion;
}

function checkEvents(client: ClientDialectId, events: string): void {
  const schema = { 'openai-chat': 'CreateChatCompletionStreamResponse', 'openai-responses': 'ResponseStreamEvent' }[
    client as string
  ];
  if (schema === undefined) return;
  for (const [, json = ''] of events.matchAll(/^data: (\{.*)$/gm)) {
    const wrong = schemaErrors(schema, JSON.parse(json));
    if (wrong.length > 0) throw new Error(wrong.join());
  }
}

const joined = (parts: readonly Part[], kind: 'text' | 'reasoning'): string =>
  parts.map((part) => (part.kind === kind ? part.text : '')).join('');

function tells({ choices }: Completion, said: Said, client: ClientDialectId): boolean {
  const [choice] = choices;
  if (choice === undefined || joined(choice.parts, 'text') !== said.text) return false;
  const called = choice.parts.flatMap((part) =>
    part.kind === 'tool-call' ? [[part.name, JSON.parse(part.input) as unknown]] : [],
  );
  const wanted = (said.calls ?? []).map(({ name, input }) => [name, input]);
  if (JSON.stringify(called) !== JSON.stringify(wanted)) return false;
  if (said.thought !== undefined && joined(choice.parts, 'reasoning') !== said.thought) return false;
  // Google's clients see calls by their parts: the reason is the same as of any answer that ended by itself
  const stop = client === 'google-generate' && said.stop === 'tool-calls' ? ['stop', 'tool-calls'] : [said.stop];
  return stop.includes(choice.finish ?? '');
}

function usage(place: Place, client: ClientDialectId, cached: boolean): Result {
  for (const completion of [wholeAnswer(place, client, PLAIN), streamedAnswer(place, client, PLAIN)]) {
    const { usage: told, problem } = completion.usage ?? { usage: null, problem: 'none' };
    if (told === null || problem !== null) return null;
    const { input = 0, input_cache_read: read = 0, output = 0, output_reasoning: thoughts = 0 } = told;
    if (input + read !== TOLD.input || output + thoughts !== TOLD.output) return null;
    if (cached && read !== TOLD.cached) return null;
  }
  return 'proven';
}

function filtered(place: Place, client: ClientDialectId): Result {
  const { dialect } = place;
  // Cohere's filter is an error in place of an answer
  if (dialect === 'cohere-chat') return null;
  const [choice] = wholeAnswer(place, client, { text: TEXT, stop: 'content-filter' }).choices;
  return ['content-filter', 'refusal'].includes(choice?.finish ?? '') ? 'proven' : null;
}

const CODES: Readonly<Record<string, readonly string[]>> = {
  400: ['provider_rejected_request'],
  401: ['provider_credentials_exhausted', 'provider_failed'],
  403: ['provider_credentials_exhausted', 'provider_failed', 'provider_rejected_request', 'provider_model_not_found'],
  404: ['provider_model_not_found'],
  408: ['provider_timed_out', 'provider_failed', 'provider_overloaded'],
  413: ['provider_body_too_large', 'provider_context_length_exceeded'],
  429: ['provider_rate_limited'],
  500: ['provider_failed'],
  503: ['provider_overloaded'],
  529: ['provider_overloaded'],
  overflow: ['provider_context_length_exceeded'],
  filter: ['provider_content_filtered'],
};

/** `undefined`: the dialect has no such error. */
function error({ provider, dialect }: Place, client: ClientDialectId, kind: ErrorKind): Result | undefined {
  const wire = providerError(dialect, kind);
  if (wire === null) return undefined;
  const facts = providerErrorReader(provider, dialect)(wire.status, wire.headers, wire.body);
  if (CODES[kind]?.includes(facts.code) !== true) return null;
  if (kind === 401 && !facts.credentialFault) return null;
  if (kind !== 401 && kind !== 403 && facts.credentialFault) return null;
  if (kind === 429 && facts.retryAfterMs !== 7_000) return null;
  const written = clientDialects[client].writeError({ ...facts, requestId: 'req_1' });
  if (!JSON.stringify(written).includes(facts.message)) return null;
  return client.startsWith('openai') && schemaErrors('ErrorResponse', written).length > 0 ? null : 'proven';
}

/** A thought before a call goes to the client and comes back with the call's result: its proof, or its text where there is none. */
function carriedBack(place: Place, client: ClientDialectId): Result {
  const { dialect } = place;
  const said: Said = { text: '', thought: THOUGHT, calls: [call(1)], stop: 'tool-calls' };
  const received = Buffer.from(JSON.stringify(providerAnswer(dialect, said).body));
  const pair = { upstream: providerDialects[dialect], client: clientDialects[client] };
  const { body } = translateAnswer(received, pair, OPTIONS);
  const written = JSON.parse(body.toString()) as Record<string, unknown>;
  const { sent } = build(place, parse(client, nextTurn(client, written)));
  const hasProofs = dialect !== 'openai-chat' && dialect !== 'cohere-chat';
  return sent.includes(hasProofs ? PROOF : JSON.stringify(THOUGHT).slice(1, -1)) ? 'proven' : null;
}

function nextTurn(client: ClientDialectId, written: Record<string, unknown>): Record<string, unknown> {
  const begun = clientRequest(client, 'tools') ?? {};
  switch (client) {
    case 'openai-responses': {
      const result = { type: 'function_call_output', call_id: 'call_1', output: 'sun' };
      return { ...begun, input: [...(begun['input'] as unknown[]), ...(written['output'] as unknown[]), result] };
    }
    case 'anthropic-messages': {
      const content = [{ type: 'tool_result', tool_use_id: 'call_1', content: 'sun' }];
      const thinking = { type: 'enabled', budget_tokens: 2_000 };
      const turns = [
        { role: 'assistant', content: written['content'] },
        { role: 'user', content },
      ];
      return { ...begun, thinking, messages: [...(begun['messages'] as unknown[]), ...turns] };
    }
    case 'google-generate': {
      const [candidate] = written['candidates'] as { content: unknown }[];
      const parts = [{ functionResponse: { id: 'call_1', name: 'look_up', response: { output: 'sun' } } }];
      return { ...begun, contents: [...(begun['contents'] as unknown[]), candidate?.content, { role: 'user', parts }] };
    }
    default: {
      const [choice] = written['choices'] as { message: object }[];
      const turns = [choice?.message, { role: 'tool', tool_call_id: 'call_1', content: 'sun' }];
      return { ...begun, messages: [...(begun['messages'] as unknown[]), ...turns] };
    }
  }
}
