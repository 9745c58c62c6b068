/**
 * Answers as Anthropic publishes their format, each as the whole message and as the stream that it would come in
 * (platform.claude.com/docs/en/build-with-claude/streaming).
 */
export interface MessageFixture {
  readonly name: string;
  readonly message: Record<string, unknown>;
  readonly sse: string;
}

type Block = Record<string, unknown> & { readonly type: string };

const USAGE = {
  input_tokens: 21,
  cache_creation_input_tokens: 150,
  cache_read_input_tokens: 1000,
  cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 50 },
  output_tokens: 305,
  service_tier: 'standard',
};

const TEXT: Block = { type: 'text', text: 'Grüße aus dem Süden 🌞, sagte sie — "ja".' };
const THINKING: Block = { type: 'thinking', thinking: 'Let me see.\n\nFirst …', signature: 'EqQBCgIYAhIM+/==' };
const REDACTED: Block = { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix/LafPsn4a' };
const WEATHER: Block = {
  type: 'tool_use',
  id: 'toolu_01A',
  name: 'get_weather',
  input: { city: 'Köln', days: [1, 2] },
};
const TIME: Block = { type: 'tool_use', id: 'toolu_01B', name: 'get_time', input: {} };
const SEARCH: Block = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'pelicans' } };
const FOUND: Block = {
  type: 'web_search_tool_result',
  tool_use_id: 'srvtoolu_1',
  content: [
    {
      type: 'web_search_result',
      url: 'https://example.com/p',
      title: 'Pelicans',
      encrypted_content: 'Eo8',
      page_age: null,
    },
  ],
};
const CITED: Block = {
  type: 'text',
  text: 'Pelicans are birds.',
  citations: [
    {
      type: 'web_search_result_location',
      url: 'https://example.com/p',
      title: 'Pelicans',
      encrypted_index: 'Eo8=',
      cited_text: 'The pelican is a bird',
    },
  ],
};

function fixture(name: string, content: readonly Block[], more: Record<string, unknown> = {}): MessageFixture {
  const message = {
    id: 'msg_01XFDUDYJgAACzvnptVvoYEL',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5-20250929',
    content,
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: USAGE,
    ...more,
  };
  return { name, message, sse: streamed(message) };
}

type Message = Record<string, unknown> & { readonly content: readonly Block[]; readonly usage: typeof USAGE };

/** The stream of a message: deltas of a few characters, a ping in between, cumulative usage at the end. */
function streamed(message: Message): string {
  const { content, usage, stop_reason, stop_sequence, stop_details, ...head } = message;
  const { output_tokens, ...input } = usage;
  const start = { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...input, output_tokens: 1 } };
  const frames = [frame({ type: 'message_start', message: start }), frame({ type: 'ping' })];
  for (const [index, block] of content.entries()) frames.push(...blockFrames(index, block));
  const delta = { stop_reason, stop_sequence, ...(stop_details !== undefined && { stop_details }) };
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, ...others } = usage as Record<
    string,
    unknown
  >;
  const { output_tokens_details, server_tool_use } = others;
  const counts = {
    input_tokens,
    cache_creation_input_tokens,
    cache_read_input_tokens,
    output_tokens_details,
    server_tool_use,
  };
  frames.push(frame({ type: 'message_delta', delta, usage: { ...counts, output_tokens } }));
  frames.push(frame({ type: 'message_stop' }));
  return frames.join('');
}

function* blockFrames(index: number, block: Block): Generator<string> {
  const begin = (fields: object): string =>
    frame({ type: 'content_block_start', index, content_block: { ...block, ...fields } });
  const delta = (change: object): string => frame({ type: 'content_block_delta', index, delta: change });
  switch (block.type) {
    case 'text':
      yield begin({ text: '', ...(block['citations'] !== undefined && { citations: [] }) });
      for (const citation of (block['citations'] ?? []) as object[]) yield delta({ type: 'citations_delta', citation });
      for (const text of pieces(block['text'])) yield delta({ type: 'text_delta', text });
      break;
    case 'thinking':
      yield begin({ thinking: '', signature: '' });
      for (const thinking of pieces(block['thinking'])) yield delta({ type: 'thinking_delta', thinking });
      yield delta({ type: 'signature_delta', signature: block['signature'] });
      break;
    case 'tool_use':
    case 'server_tool_use': {
      yield begin({ input: {} });
      const json = JSON.stringify(block['input']);
      yield delta({ type: 'input_json_delta', partial_json: '' });
      if (json !== '{}')
        for (const piece of pieces(json)) yield delta({ type: 'input_json_delta', partial_json: piece });
      break;
    }
    default:
      yield begin({});
  }
  yield frame({ type: 'content_block_stop', index });
}

function pieces(text: unknown): readonly string[] {
  return String(text).match(/[^]{1,7}/gu) ?? [];
}

function frame(data: Record<string, unknown>): string {
  return `event: ${String(data['type'])}\ndata: ${JSON.stringify(data)}\n\n`;
}

export const MESSAGE_FIXTURES: readonly MessageFixture[] = [
  fixture('text', [TEXT]),
  fixture('several texts', [TEXT, { type: 'text', text: 'More.' }]),
  fixture('thinking', [THINKING, TEXT]),
  fixture('thinking that is not shown', [{ ...THINKING, thinking: '' }, TEXT]),
  fixture('redacted thinking', [THINKING, REDACTED, TEXT]),
  fixture('parallel tools', [TEXT, WEATHER, TIME], { stop_reason: 'tool_use' }),
  fixture('thinking between tools', [THINKING, WEATHER, REDACTED, TIME], { stop_reason: 'tool_use' }),
  fixture('a tool without input', [TIME], { stop_reason: 'tool_use' }),
  fixture('a search', [{ type: 'text', text: 'I look.' }, SEARCH, FOUND, CITED], {
    usage: { ...USAGE, server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 } },
  }),
  fixture('a pause', [SEARCH], { stop_reason: 'pause_turn' }),
  fixture('a stop sequence', [TEXT], { stop_reason: 'stop_sequence', stop_sequence: 'END' }),
  fixture('a refusal', [{ type: 'text', text: 'I' }], {
    stop_reason: 'refusal',
    stop_details: { type: 'refusal', category: 'bio', explanation: 'It may do harm.' },
  }),
  fixture('the end of the window', [TEXT], { stop_reason: 'model_context_window_exceeded' }),
  fixture('nothing', [], { usage: { ...USAGE, output_tokens: 3, output_tokens_details: { thinking_tokens: 2 } } }),
];
