import type { ReceivedRequest } from './fake-openai.js';
import { FakeVendor, httpServer, listOf, Refusal, sendFrames, sendJson, unknownName } from './fake-vendor.js';
import { pieces, say } from './stand-in-model.js';

type Json = Readonly<Record<string, unknown>>;

const COHERE_USAGE = {
  billed_units: { input_tokens: 70, output_tokens: 12 },
  tokens: { input_tokens: 80, output_tokens: 14 },
};

const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  '/v2/chat': (
    'model messages stream tools strict_tools documents citation_options response_format safety_mode max_tokens ' +
    'stop_sequences temperature seed frequency_penalty presence_penalty k p logprobs tool_choice thinking priority'
  ).split(' '),
  '/v2/embed':
    'model texts images inputs input_type max_tokens output_dimension embedding_types truncate priority'.split(' '),
  '/v2/rerank': 'model query documents top_n max_tokens_per_doc priority'.split(' '),
};

/** Stands for Cohere, version 2 of its API. */
export class FakeCohere extends FakeVendor {
  static async start(apiKey = 'co-fake-0123456789abcdefghijklmnop'): Promise<FakeCohere> {
    const fake = new FakeCohere(httpServer(), apiKey);
    return fake.listen({
      isAuthorized: ({ headers }) => headers.authorization === `Bearer ${apiKey}`,
      refuse: (response, status, message) => sendJson(response, { id: 'err-1', message }, status),
      answer(received, response, method) {
        const { path, json } = received;
        if (method === 'GET' && path.startsWith('/v1/models')) {
          return sendJson(response, { models: [{ name: 'command-a-03-2025', endpoints: ['chat'] }] });
        }
        const known = PARAMETERS[path];
        if (method !== 'POST' || known === undefined) throw new Refusal(404, `not found: ${path}`);
        const unknown = unknownName(json, known);
        if (unknown !== undefined) throw new Refusal(422, `invalid request: unknown field: parameter '${unknown}'`);
        if (path === '/v2/embed') return sendJson(response, embeddingsOf(json));
        if (path === '/v2/rerank') return sendJson(response, rerankingOf(json));
        checkChat(json);
        return json['stream'] === true
          ? sendFrames(response, cohereFrames(received))
          : sendJson(response, {
              id: 'fake-cohere',
              message: { role: 'assistant', ...messageOf(json) },
              ...endOf(json),
            });
      },
    });
  }

  private constructor(
    server: ReturnType<typeof httpServer>,
    readonly apiKey: string,
  ) {
    super(server);
  }
}

function checkChat(json: Json): void {
  const messages = listOf(json['messages']);
  if (messages.length === 0) throw new Refusal(400, 'invalid request: messages is required');
  let open = new Set<unknown>();
  for (const message of messages) {
    const role = String(message['role']);
    if (!['system', 'user', 'assistant', 'tool'].includes(role)) throw new Refusal(400, `invalid role ${role}`);
    const unknown = unknownName(message, ['role', 'content', 'tool_calls', 'tool_plan', 'tool_call_id', 'citations']);
    if (unknown !== undefined) throw new Refusal(422, `unknown field: messages.${unknown}`);
    if (role === 'tool' && !open.delete(message['tool_call_id'])) throw new Refusal(400, 'a result without its call');
    if (role !== 'tool' && open.size > 0) throw new Refusal(400, 'tool calls must be followed by all their results');
    if (role === 'assistant') open = new Set(((message['tool_calls'] ?? []) as readonly Json[]).map(({ id }) => id));
    const content = message['content'];
    if (Array.isArray(content) && content.length === 0) throw new Refusal(400, 'content must not be empty');
  }
  if (messages.at(-1)?.['role'] === 'assistant')
    throw new Refusal(400, 'the last message must not be of the assistant');
  const choice = json['tool_choice'];
  if (choice !== undefined && choice !== 'REQUIRED' && choice !== 'NONE') throw new Refusal(400, 'invalid tool_choice');
}

let calls = 0;

function messageOf(json: Json): Json {
  const messages = json['messages'] as readonly Json[];
  const turn = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1);
  const of = (role: string): readonly string[] =>
    turn.flatMap((message) => (message['role'] === role ? [textOf(message['content'])] : []));
  const said = say({
    text: of('user').join(' '),
    results: of('tool'),
    tools: ((json['tools'] ?? []) as readonly { function: { name: string } }[]).map((tool) => tool.function.name),
    mayCall: json['tool_choice'] !== 'NONE',
    images: JSON.stringify(turn).split('"type":"image_url"').length - 1,
  });
  if (said.calls.length > 0) {
    const called = said.calls.map(({ name, input }) => ({
      id: `${name}_${++calls}`,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    }));
    return { tool_plan: said.text, tool_calls: called };
  }
  const text = json['response_format'] === undefined ? said.text : '{"value":"Paris"}';
  const thinks = (json['thinking'] as Json | undefined)?.['type'] === 'enabled';
  return { content: [...(thinks ? [{ type: 'thinking', thinking: said.thought }] : []), { type: 'text', text }] };
}

function endOf(json: Json): Json {
  const called = messageOf(json)['tool_calls'] !== undefined;
  return { finish_reason: called ? 'TOOL_CALL' : 'COMPLETE', usage: COHERE_USAGE };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (content as readonly Json[])
    .map((part) => part['text'] ?? (part['document'] as Json | undefined)?.['data'] ?? '')
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join('');
}

/** An answer as the real one streams it: plan, contents and calls piece by piece, the usage in the last event. */
export function cohereFrames({ json }: ReceivedRequest): readonly string[] {
  const { content, tool_plan: plan, tool_calls: called } = messageOf(json);
  const frame = (type: string, fields: Json): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const delta = (type: string, index: number, message: Json): string => frame(type, { index, delta: { message } });
  const contents = ((content ?? []) as readonly Json[]).flatMap((block, index) => {
    const field = block['type'] === 'thinking' ? 'thinking' : 'text';
    return [
      delta('content-start', index, { content: { type: block['type'], [field]: '' } }),
      ...pieces(String(block[field])).map((piece) => delta('content-delta', index, { content: { [field]: piece } })),
      frame('content-end', { index }),
    ];
  });
  const running = ((called ?? []) as readonly Json[]).flatMap((call, index) => {
    const { name, arguments: input } = call['function'] as { name: string; arguments: string };
    return [
      delta('tool-call-start', index, { tool_calls: { ...call, function: { name, arguments: '' } } }),
      ...pieces(input).map((piece) =>
        delta('tool-call-delta', index, { tool_calls: { function: { arguments: piece } } }),
      ),
      frame('tool-call-end', { index }),
    ];
  });
  const planned = typeof plan === 'string' ? pieces(plan) : [];
  return [
    frame('message-start', { id: 'fake-cohere', delta: { message: { role: 'assistant', content: [] } } }),
    ...planned.map((piece) => delta('tool-plan-delta', 0, { tool_plan: piece })),
    ...contents,
    ...running,
    frame('message-end', { delta: endOf(json) }),
  ];
}

function embeddingsOf(json: Json): Json {
  const texts = json['texts'] as readonly string[];
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > 96) throw new Refusal(400, 'texts: 1 to 96');
  if (!/^(search_(document|query)|classification|clustering|image)$/.test(String(json['input_type'])))
    throw new Refusal(400, 'valid input_type must be provided with the provided model');
  const size = Number(json['output_dimension'] ?? 4);
  const numbers = Float32Array.from({ length: size }, (_, i) => 0.1 * (i + 1));
  const [type = 'float'] = (json['embedding_types'] ?? []) as readonly string[];
  const vector = type === 'base64' ? Buffer.from(numbers.buffer).toString('base64') : [...numbers];
  const meta = { api_version: { version: '2' }, billed_units: { input_tokens: 2 * texts.length } };
  return {
    id: 'embed-1',
    embeddings: { [type]: texts.map(() => vector) },
    texts,
    meta,
    response_type: 'embeddings_by_type',
  };
}

function rerankingOf(json: Json): Json {
  const documents = json['documents'] as readonly unknown[];
  if (!Array.isArray(documents) || !documents.every((document) => typeof document === 'string'))
    throw new Refusal(400, 'documents must be a list of strings');
  const results = documents.map((_, index) => ({ index, relevance_score: 1 / (documents.length - index + 1) }));
  const best = results.sort((a, b) => b.relevance_score - a.relevance_score).slice(0, Number(json['top_n'] ?? 1000));
  return { id: 'rerank-1', results: best, meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } } };
}
