/**
 * Answers as OpenAI publishes the format of responses, each as the whole response and as the stream that it would come in
 * (platform.openai.com/docs/api-reference/responses-streaming).
 */
export interface ResponseFixture {
  readonly name: string;
  readonly response: Wire;
  readonly sse: string;
}

type Wire = Record<string, unknown>;

const TEXT: Wire = {
  type: 'output_text',
  text: 'Grüße aus dem Süden 🌞, sagte sie — "ja".',
  annotations: [],
  logprobs: [],
};
const CITED: Wire = {
  type: 'output_text',
  text: 'Pelicans are birds. They fly.',
  annotations: [
    { type: 'url_citation', url: 'https://example.com/p', title: 'Pelicans', start_index: 0, end_index: 19 },
    { type: 'url_citation', url: 'https://example.com/q', title: 'Flight', start_index: 20, end_index: 29 },
  ],
  logprobs: [],
};
const LIKELY: Wire = {
  type: 'output_text',
  text: 'Hi!',
  annotations: [],
  logprobs: ['Hi', '!'].map((token) => ({
    token,
    logprob: -0.25,
    bytes: [...Buffer.from(token)],
    top_logprobs: [{ token, logprob: -0.25, bytes: [...Buffer.from(token)] }],
  })),
};
const REFUSAL: Wire = { type: 'refusal', refusal: 'I cannot help with that.' };

let count = 0;
const message = (...content: Wire[]): Wire => ({
  id: `msg_${++count}`,
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content,
});
const reasoning = (summary: readonly string[], more: Wire = {}): Wire => ({
  id: `rs_${++count}`,
  type: 'reasoning',
  summary: summary.map((text) => ({ type: 'summary_text', text })),
  ...more,
});
const call = (name: string, args: string): Wire => ({
  id: `fc_${++count}`,
  type: 'function_call',
  status: 'completed',
  call_id: `call_${count}`,
  name,
  arguments: args,
});
const CUSTOM: Wire = {
  id: 'ctc_1',
  type: 'custom_tool_call',
  status: 'completed',
  call_id: 'call_c',
  name: 'apply_patch',
  input: '*** Begin Patch\n+ü\n*** End Patch',
};
const SEARCH: Wire = {
  id: 'ws_1',
  type: 'web_search_call',
  status: 'completed',
  action: { type: 'search', query: 'pelicans', queries: ['pelicans'] },
};
const OPENED: Wire = {
  id: 'ws_2',
  type: 'web_search_call',
  status: 'completed',
  action: { type: 'open_page', url: 'https://example.com/p' },
};
const PICTURE: Wire = {
  id: 'ig_1',
  type: 'image_generation_call',
  status: 'completed',
  result: 'iVBORw0KGgo=',
  output_format: 'webp',
};
const LISTED: Wire = { id: 'mcpl_1', type: 'mcp_list_tools', server_label: 's', tools: [] };
const ENCRYPTED = { encrypted_content: 'gAAAAABo-_7abc==' };

const USAGE = {
  input_tokens: 120,
  input_tokens_details: { cached_tokens: 100 },
  output_tokens: 50,
  output_tokens_details: { reasoning_tokens: 30 },
  total_tokens: 170,
};

function fixture(name: string, output: readonly Wire[], more: Wire = {}): ResponseFixture {
  const response: Wire = {
    id: 'resp_0123456789abcdef',
    object: 'response',
    created_at: 1_741_476_777,
    status: 'completed',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: 'gpt-5-2025-08-07',
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: USAGE,
    user: null,
    metadata: {},
    ...more,
  };
  return { name, response, sse: streamed(response) };
}

/** The stream of a response: deltas of a few characters, with OpenAI's padding. */
export function streamed(response: Wire): string {
  let sequence = 0;
  const frame = (type: string, fields: Wire): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...fields, sequence_number: sequence++ })}\n\n`;
  const begun = { ...response, status: 'in_progress', output: [], usage: null, service_tier: 'auto' };
  const frames = [frame('response.created', { response: begun }), frame('response.in_progress', { response: begun })];
  for (const [index, item] of (response['output'] as Wire[]).entries()) {
    for (const [type, fields] of itemEvents(index, item)) frames.push(frame(`response.${type}`, fields));
  }
  return [...frames, frame(`response.${String(response['status'])}`, { response })].join('');
}

type Event = readonly [type: string, fields: Wire];

function* itemEvents(index: number, item: Wire): Generator<Event> {
  const at = { item_id: item['id'], output_index: index };
  const empty = { content: [], summary: [], arguments: '', input: '', result: null };
  const begun = Object.fromEntries(
    Object.keys(empty).flatMap((name) => (name in item ? [[name, empty[name as 'input']]] : [])),
  );
  // the proof of thoughts comes with the whole
  const announced = { ...item, encrypted_content: undefined };
  yield ['output_item.added', { output_index: index, item: { ...announced, ...begun, status: 'in_progress' } }];
  switch (item['type']) {
    case 'message':
      for (const [i, part] of (item['content'] as Wire[]).entries())
        yield* contentEvents({ ...at, content_index: i }, part);
      break;
    case 'reasoning':
      yield* thoughtEvents(at, item);
      break;
    case 'function_call':
      for (const delta of pieces(item['arguments']))
        yield ['function_call_arguments.delta', { ...at, delta, obfuscation: 'x' }];
      yield ['function_call_arguments.done', { ...at, arguments: item['arguments'] }];
      break;
    case 'custom_tool_call':
      for (const delta of pieces(item['input'])) yield ['custom_tool_call_input.delta', { ...at, delta }];
      yield ['custom_tool_call_input.done', { ...at, input: item['input'] }];
      break;
    case 'web_search_call':
      for (const step of ['in_progress', 'searching', 'completed']) yield [`web_search_call.${step}`, at];
      break;
    case 'image_generation_call':
      yield ['image_generation_call.partial_image', { ...at, partial_image_index: 0, partial_image_b64: 'AAAA' }];
      break;
    default:
  }
  yield ['output_item.done', { output_index: index, item }];
}

function* contentEvents(at: Wire, part: Wire): Generator<Event> {
  if (part['type'] === 'refusal') {
    yield ['content_part.added', { ...at, part: { ...part, refusal: '' } }];
    for (const delta of pieces(part['refusal'])) yield ['refusal.delta', { ...at, delta }];
    yield ['refusal.done', { ...at, refusal: part['refusal'] }];
  } else {
    yield ['content_part.added', { ...at, part: { ...part, text: '', annotations: [], logprobs: [] } }];
    for (const delta of pieces(part['text']))
      yield ['output_text.delta', { ...at, delta, logprobs: [], obfuscation: 'abc' }];
    for (const [i, annotation] of (part['annotations'] as Wire[]).entries()) {
      yield ['output_text.annotation.added', { ...at, annotation_index: i, annotation }];
    }
    yield ['output_text.done', { ...at, text: part['text'], logprobs: part['logprobs'] }];
  }
  yield ['content_part.done', { ...at, part }];
}

function* thoughtEvents(at: Wire, item: Wire): Generator<Event> {
  for (const [i, { text }] of ((item['content'] ?? []) as Wire[]).entries()) {
    for (const delta of pieces(text)) yield ['reasoning_text.delta', { ...at, content_index: i, delta }];
    yield ['reasoning_text.done', { ...at, content_index: i, text }];
  }
  for (const [i, part] of (item['summary'] as Wire[]).entries()) {
    const place = { ...at, summary_index: i };
    yield ['reasoning_summary_part.added', { ...place, part: { ...part, text: '' } }];
    for (const delta of pieces(part['text'])) yield ['reasoning_summary_text.delta', { ...place, delta }];
    yield ['reasoning_summary_text.done', { ...place, text: part['text'] }];
    yield ['reasoning_summary_part.done', { ...place, part }];
  }
}

function pieces(text: unknown): readonly string[] {
  return String(text).match(/[^]{1,7}/gu) ?? [];
}

const CUT = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };

export const RESPONSE_FIXTURES: readonly ResponseFixture[] = [
  fixture('text', [message(TEXT)]),
  fixture('several texts', [message(TEXT, CITED), message(TEXT)]),
  fixture('probabilities', [message(LIKELY)]),
  fixture('a refusal', [message(REFUSAL)]),
  fixture('a text and a refusal', [message(TEXT, REFUSAL)]),
  fixture('thoughts', [reasoning(['**First** I look.', 'Then 🌞 …'], ENCRYPTED), message(TEXT)]),
  fixture('thoughts that are not shown', [reasoning([], ENCRYPTED), message(TEXT)]),
  fixture('thoughts of which nothing is told', [reasoning([]), message(TEXT)]),
  fixture('thoughts of an open model', [
    reasoning([], { content: [{ type: 'reasoning_text', text: 'The user greets.' }] }),
    message(TEXT),
  ]),
  fixture('whole thoughts and their summary', [
    reasoning(['A greeting.'], { content: [{ type: 'reasoning_text', text: 'The user greets.' }] }),
    message(TEXT),
  ]),
  fixture('parallel tools', [
    message(TEXT),
    call('get_weather', '{"city":"Köln","days":[1,2]}'),
    call('get_time', '{}'),
  ]),
  fixture('thoughts between tools', [
    reasoning(['a'], ENCRYPTED),
    call('f', '{"a":1}'),
    reasoning(['b'], { encrypted_content: 'gAAB' }),
    call('f', '{"a":2}'),
  ]),
  fixture('a custom tool', [reasoning([], ENCRYPTED), CUSTOM]),
  fixture('a search', [reasoning([]), SEARCH, OPENED, message(CITED)]),
  fixture('a picture', [PICTURE, message(TEXT)]),
  fixture('tools of a server', [LISTED, message(TEXT)]),
  fixture('one that was cut', [message(TEXT)], CUT),
  fixture('a call that was cut', [call('f', '{"a":')], CUT),
  fixture('one that was filtered', [message(TEXT)], {
    status: 'incomplete',
    incomplete_details: { reason: 'content_filter' },
  }),
  fixture('nothing', [], { service_tier: 'flex' }),
];
