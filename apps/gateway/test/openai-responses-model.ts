import type { ReceivedRequest, Script } from './fake-openai.js';
import { Refusal, sendFrames, sendJson, unknownName } from './fake-vendor.js';
import { pieces, say } from './stand-in-model.js';

type Json = Readonly<Record<string, unknown>>;

export const RESPONSES_PARAMETERS = (
  'model input instructions max_output_tokens max_tool_calls metadata parallel_tool_calls previous_response_id prompt ' +
  'prompt_cache_key prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options ' +
  'temperature text tool_choice tools top_logprobs top_p truncation user background include conversation'
).split(' ');
const RESPONSES_USAGE = {
  input_tokens: 1200,
  input_tokens_details: { cached_tokens: 1024, cache_write_tokens: 0 },
  output_tokens: 80,
  output_tokens_details: { reasoning_tokens: 16 },
  total_tokens: 1280,
};
const ITEM_FIELDS: Readonly<Record<string, readonly string[]>> = {
  message: ['type', 'role', 'content', 'id', 'status', 'phase'],
  function_call: ['type', 'id', 'call_id', 'name', 'arguments', 'status', 'namespace'],
  function_call_output: ['type', 'id', 'call_id', 'output', 'status'],
  reasoning: ['type', 'id', 'summary', 'content', 'encrypted_content', 'status'],
};
const THOUGHT = 'gAAAA-fake-thought';

/** Answers as OpenAI's Responses API does: strict about its input, streamed when asked. */
export const respond: Script = (request, response) => {
  const problem = problemOf(request.json);
  if (problem !== null) throw new Refusal(400, problem);
  if (request.json['stream'] === true) return sendFrames(response, responseFrames(request));
  return sendJson(response, responseOf(request.json, outputOf(request.json)));
};

function problemOf(json: Json): string | null {
  const unknown = unknownName(json, RESPONSES_PARAMETERS);
  if (unknown !== undefined) return `Unknown parameter: '${unknown}'.`;
  const open = new Set<unknown>();
  for (const [i, item] of itemsOf(json).entries()) {
    const type = typeOf(item);
    const fields = ITEM_FIELDS[type];
    if (fields === undefined) return `Invalid value: '${type}' at input[${i}].type.`;
    const extra = unknownName(item, fields);
    if (extra !== undefined) return `Unknown parameter: 'input[${i}].${extra}'.`;
    if (type === 'function_call') open.add(item['call_id']);
    if (type === 'function_call_output' && !open.delete(item['call_id']))
      return `No tool call found for function call output with call_id ${String(item['call_id'])}.`;
    const sealed = item['encrypted_content'];
    if (type === 'reasoning' && sealed !== undefined && sealed !== null && sealed !== THOUGHT)
      return 'The encrypted content could not be verified.';
    const { role } = item;
    for (const part of Array.isArray(item['content']) ? (item['content'] as readonly Json[]) : []) {
      const known = role === 'assistant' ? ['output_text', 'refusal'] : ['input_text', 'input_image', 'input_file'];
      if (type === 'message' && !known.includes(String(part['type'])))
        return `Invalid value: '${String(part['type'])}' at input[${i}].content.`;
    }
  }
  if (open.size > 0) return `No tool output found for function call ${String([...open][0])}.`;
  for (const tool of (json['tools'] ?? []) as readonly Json[]) {
    if (tool['type'] === 'function' && tool['function'] !== undefined) return "Unknown parameter: 'tools[0].function'.";
  }
  return null;
}

function itemsOf({ input }: Json): readonly Json[] {
  return Array.isArray(input) ? (input as readonly Json[]) : [{ type: 'message', role: 'user', content: input }];
}

function typeOf({ type }: Json): string {
  return typeof type === 'string' ? type : 'message';
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return ((content ?? []) as readonly Json[]).map(({ text }) => (typeof text === 'string' ? text : '')).join(' ');
}

let count = 0;

/** "Please refuse" is refused; a wish for thoughts brings their summary, sealed where the client asks for it. */
function outputOf(json: Json): readonly Json[] {
  const items = itemsOf(json);
  const last = items.findLastIndex(({ type, role }) => type === 'function_call' || role === 'assistant');
  const turn = items.slice(last + 1);
  const text = turn.flatMap((item) => (item['role'] === 'user' ? [textOf(item['content'])] : [])).join(' ');
  const said = say({
    text,
    results: turn.flatMap((item) => (item['type'] === 'function_call_output' ? [textOf(item['output'])] : [])),
    tools: ((json['tools'] ?? []) as readonly Json[]).map(({ name }) => String(name)),
    mayCall: json['tool_choice'] !== 'none',
    images: JSON.stringify(turn).split('"type":"input_image"').length - 1,
  });
  const includes = (json['include'] ?? []) as readonly string[];
  const summary = (json['reasoning'] as Json | undefined)?.['summary'];
  const thought = {
    id: `rs_${++count}`,
    type: 'reasoning',
    summary: summary === undefined || summary === null ? [] : [{ type: 'summary_text', text: said.thought }],
    ...(includes.includes('reasoning.encrypted_content') && { encrypted_content: THOUGHT }),
  };
  const format = ((json['text'] as Json | undefined)?.['format'] as Json | undefined)?.['type'];
  const content = /please refuse/i.test(text)
    ? { type: 'refusal', refusal: 'I cannot help with that.' }
    : {
        type: 'output_text',
        text: format === 'json_schema' ? '{"value":"Paris"}' : said.text,
        annotations: [],
        logprobs: [],
      };
  const message = { id: `msg_${++count}`, type: 'message', status: 'completed', role: 'assistant', content: [content] };
  const calls = said.calls.map(({ name, input }) => ({
    id: `fc_${++count}`,
    type: 'function_call',
    status: 'completed',
    call_id: `call_${count}`,
    name,
    arguments: JSON.stringify(input),
  }));
  return [...(json['reasoning'] === undefined ? [] : [thought]), message, ...calls];
}

function responseOf(json: Json, output: readonly Json[], more: Json = {}): Json {
  return {
    id: 'resp_fake0123456789',
    object: 'response',
    created_at: 1_741_476_777,
    status: 'completed',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: json['instructions'] ?? null,
    max_output_tokens: json['max_output_tokens'] ?? null,
    max_tool_calls: null,
    model: json['model'],
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: json['tool_choice'] ?? 'auto',
    tools: json['tools'] ?? [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    usage: RESPONSES_USAGE,
    user: null,
    metadata: {},
    ...more,
  };
}

/** A response as the real one streams it, with numbered events. */
export function responseFrames({ json }: ReceivedRequest): readonly string[] {
  const output = outputOf(json);
  const begun = responseOf(json, [], { status: 'in_progress', usage: null });
  const events: Json[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap(itemEvents),
    { type: 'response.completed', response: responseOf(json, output) },
  ];
  return events.map(
    (event, i) => `event: ${String(event['type'])}\ndata: ${JSON.stringify({ ...event, sequence_number: i })}\n\n`,
  );
}

function itemEvents(item: Json, index: number): readonly Json[] {
  const at = { item_id: item['id'], output_index: index };
  const empty =
    item['type'] === 'message'
      ? { content: [], status: 'in_progress' }
      : item['type'] === 'function_call'
        ? { arguments: '', status: 'in_progress' }
        : { summary: [] };
  return [
    { type: 'response.output_item.added', output_index: index, item: { ...item, ...empty } },
    ...innerEvents(item, at),
    { type: 'response.output_item.done', output_index: index, item },
  ];
}

function innerEvents(item: Json, at: Json): readonly Json[] {
  if (item['type'] === 'function_call') {
    const text = String(item['arguments']);
    return [
      ...pieces(text).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
      { type: 'response.function_call_arguments.done', ...at, name: item['name'], arguments: text },
    ];
  }
  if (item['type'] === 'reasoning') {
    return (item['summary'] as readonly Json[]).flatMap((part, i) => {
      const place = { ...at, summary_index: i };
      const text = String(part['text']);
      return [
        { type: 'response.reasoning_summary_part.added', ...place, part: { ...part, text: '' } },
        ...pieces(text).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...place, delta })),
        { type: 'response.reasoning_summary_text.done', ...place, text },
        { type: 'response.reasoning_summary_part.done', ...place, part },
      ];
    });
  }
  return (item['content'] as readonly Json[]).flatMap((part, i) => {
    const place = { ...at, content_index: i };
    const refused = part['type'] === 'refusal';
    const text = String(refused ? part['refusal'] : part['text']);
    const type = refused ? 'response.refusal' : 'response.output_text';
    const more = refused ? {} : { logprobs: [] };
    return [
      { type: 'response.content_part.added', ...place, part: { ...part, [refused ? 'refusal' : 'text']: '' } },
      ...pieces(text).map((delta) => ({ type: `${type}.delta`, ...place, delta, ...more })),
      { type: `${type}.done`, ...place, [refused ? 'refusal' : 'text']: text, ...more },
      { type: 'response.content_part.done', ...place, part },
    ];
  });
}
