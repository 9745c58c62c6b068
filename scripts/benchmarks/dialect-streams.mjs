import { crc32 } from 'node:zlib';

const WORDS = ['Hello', ' wor', 'ld, ', 'this', ' is a', ' text', ' of a', ' lan', 'guage', ' mode', 'l. It', ' goes'];
const KEYS = [
  '{"loc',
  'ation',
  '":"Pa',
  'ris",',
  '"unit',
  '":"ce',
  'lsius',
  '","da',
  'ys":',
  '12,"x',
  '":[1,',
  '2],"q',
];
const PAD = 'abcdefghijklmnopqrstuvwxyz0123456789';
const CREATED = 1_786_500_000;

/** Pieces of a text, most of them plain, as a model writes them: every 30th with a line break, every 60th with an accent. */
export function textPieces(count) {
  return Array.from({ length: count }, (_, i) =>
    i % 60 === 59 ? ' café' : i % 30 === 29 ? '.\n\n' : WORDS[(i * 7) % WORDS.length],
  );
}

/** Pieces of the arguments of a call: half of them hold quotes, which JSON escapes. */
export function inputPieces(count) {
  return Array.from({ length: count }, (_, i) => KEYS[i % KEYS.length]);
}

const padding = (i) => PAD.slice(0, 4 + ((i * 5) % 12));
const data = (value) => Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
const named = (value) => Buffer.from(`event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`);
const google = (value) => Buffer.from(`data: ${JSON.stringify(value)}\r\n\r\n`);

function converse(type, payload) {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  const written = Buffer.concat(
    Object.entries(headers).map(([name, value]) =>
      Buffer.concat([Buffer.of(name.length), Buffer.from(name), Buffer.of(7, 0, value.length), Buffer.from(value)]),
    ),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const frame = Buffer.alloc(16 + written.length + body.length);
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(written.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  written.copy(frame, 12);
  body.copy(frame, 12 + written.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

const chatHead = {
  id: 'chatcmpl-Dx0XpqH8w09uBXwq1zFGYdETjtnEl',
  object: 'chat.completion.chunk',
  created: CREATED,
  model: 'gpt-4o-mini-2024-07-18',
  service_tier: 'default',
  system_fingerprint: 'fp_d0469e1700',
};
const chatChunk = (delta, i = 0, finish = null) =>
  data({
    ...chatHead,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage: null,
    obfuscation: padding(i),
  });
const chatCall = { index: 0, id: 'call_sVidsfFJ6zlzRpelrPkTPlpd', type: 'function' };
const chatUsage = { prompt_tokens: 20, completion_tokens: 500, total_tokens: 520 };
const chatEnd = (finish) => [
  chatChunk({}, 0, finish),
  data({ ...chatHead, choices: [], usage: chatUsage, obfuscation: '' }),
  Buffer.from('data: [DONE]\n\n'),
];

const openaiChat = {
  text: (pieces) => ({
    start: [chatChunk({ role: 'assistant', content: '', refusal: null })],
    content: pieces.map((content, i) => chatChunk({ content }, i)),
    end: chatEnd('stop'),
  }),
  input: (pieces) => ({
    start: [
      chatChunk({
        role: 'assistant',
        content: null,
        tool_calls: [{ ...chatCall, function: { name: 'weather', arguments: '' } }],
      }),
    ],
    content: pieces.map((text, i) => chatChunk({ tool_calls: [{ index: 0, function: { arguments: text } }] }, i)),
    end: chatEnd('tool_calls'),
  }),
};

const completion = { id: 'cmpl-Dx0XpqH8w09uBXwq1zFGYdETjtnEl', object: 'text_completion', created: CREATED };
const completionChunk = (text, finish = null) =>
  data({
    ...completion,
    choices: [{ text, index: 0, logprobs: null, finish_reason: finish }],
    model: 'gpt-3.5-turbo-instruct',
  });

const openaiCompletions = {
  text: (pieces) => ({
    start: [],
    content: pieces.map((text) => completionChunk(text)),
    end: [
      completionChunk('', 'stop'),
      data({ ...completion, choices: [], usage: chatUsage }),
      Buffer.from('data: [DONE]\n\n'),
    ],
  }),
};

const RESPONSE = { id: 'resp_00592e63e61b66660169fab1bada8481', object: 'response', created_at: CREATED };
const ITEM = { item_id: 'msg_00592e63e61b66660169fab1bada8481a28ef92eb62c168ead', output_index: 0 };

function responses(item, deltas, usage = { input_tokens: 20, output_tokens: 500, total_tokens: 520 }) {
  const response = { ...RESPONSE, model: 'gpt-5-mini-2025-08-07', status: 'in_progress', output: [], usage: null };
  const start = [
    named({ type: 'response.created', response, sequence_number: 0 }),
    named({ type: 'response.output_item.added', item, output_index: 0, sequence_number: 1 }),
  ];
  const content = deltas.map(({ type, ...fields }, i) =>
    named({ type, ...fields, obfuscation: padding(i), sequence_number: i + 2 }),
  );
  const completed = { ...response, status: 'completed', usage };
  return { start, content, end: [named({ type: 'response.completed', response: completed, sequence_number: 9999 })] };
}

const openaiResponses = {
  text: (pieces) =>
    responses(
      { id: ITEM.item_id, type: 'message', status: 'in_progress', content: [], role: 'assistant' },
      pieces.map((delta) => ({
        type: 'response.output_text.delta',
        content_index: 0,
        delta,
        ...ITEM,
        logprobs: [],
      })),
    ),
  input: (pieces) =>
    responses(
      {
        id: ITEM.item_id,
        type: 'function_call',
        status: 'in_progress',
        arguments: '',
        call_id: 'call_x',
        name: 'weather',
      },
      pieces.map((delta) => ({ type: 'response.function_call_arguments.delta', delta, ...ITEM })),
    ),
};

function anthropic(block, deltas, stopReason) {
  const usage = { input_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const message = {
    id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
  };
  // its events are padded with blanks, so that their length does not tell what they say
  const padded = (delta, i) => {
    const event = JSON.stringify({ type: 'content_block_delta', index: 0, delta });
    return Buffer.from(`event: content_block_delta\ndata: ${event.slice(0, -1)}${' '.repeat((i * 5) % 16)}}\n\n`);
  };
  return {
    start: [
      named({
        type: 'message_start',
        message: { ...message, content: [], stop_reason: null, stop_sequence: null, usage },
      }),
      named({ type: 'content_block_start', index: 0, content_block: block }),
    ],
    content: deltas.map(padded),
    end: [
      named({ type: 'content_block_stop', index: 0 }),
      named({
        type: 'message_delta',
        delta: { stop_reason: stopReason, stop_sequence: null },
        usage: { output_tokens: 500 },
      }),
      named({ type: 'message_stop' }),
    ],
  };
}

const anthropicMessages = {
  text: (pieces) =>
    anthropic(
      { type: 'text', text: '' },
      pieces.map((text) => ({ type: 'text_delta', text })),
      'end_turn',
    ),
  input: (pieces) =>
    anthropic(
      { type: 'tool_use', id: 'toolu_01T1x1fJ34qAmk2tNTrN7Up6', name: 'weather', input: {} },
      pieces.map((partial) => ({ type: 'input_json_delta', partial_json: partial })),
      'tool_use',
    ),
};

const googleChunk = (text, i, more = {}) =>
  google({
    candidates: [{ content: { parts: [{ text }], role: 'model' }, ...more, index: 0 }],
    usageMetadata: {
      promptTokenCount: 20,
      candidatesTokenCount: i,
      totalTokenCount: 20 + i,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 20 }],
    },
    modelVersion: 'gemini-2.5-flash',
    responseId: 'w1peaMz6INOvnvgPgYfPiQY',
  });

const googleGenerate = {
  text: (pieces) => ({
    start: [],
    content: pieces.map((text, i) => googleChunk(text, i)),
    end: [googleChunk('', pieces.length, { finishReason: 'STOP' })],
  }),
};

const converseEnd = (reason) => [
  converse('contentBlockStop', { contentBlockIndex: 0, p: padding(3) }),
  converse('messageStop', { stopReason: reason, p: padding(4) }),
  converse('metadata', {
    usage: { inputTokens: 20, outputTokens: 500, totalTokens: 520 },
    metrics: { latencyMs: 5000 },
    p: padding(5),
  }),
];
const converseStart = converse('messageStart', { role: 'assistant', p: padding(1) });

const bedrockConverse = {
  text: (pieces) => ({
    start: [converseStart],
    content: pieces.map((text, i) =>
      converse('contentBlockDelta', { contentBlockIndex: 0, delta: { text }, p: padding(i) }),
    ),
    end: converseEnd('end_turn'),
  }),
  input: (pieces) => ({
    start: [
      converseStart,
      converse('contentBlockStart', {
        contentBlockIndex: 0,
        start: { toolUse: { toolUseId: 'tooluse_kZJMlvQmRJ6eAyJE5GIl7Q', name: 'weather' } },
        p: padding(2),
      }),
    ],
    content: pieces.map((input, i) =>
      converse('contentBlockDelta', { contentBlockIndex: 0, delta: { toolUse: { input } }, p: padding(i) }),
    ),
    end: converseEnd('tool_use'),
  }),
};

const cohereUsage = {
  billed_units: { input_tokens: 20, output_tokens: 500 },
  tokens: { input_tokens: 30, output_tokens: 500 },
};
const cohereStart = named({
  id: '29f14a5a-11de-4cae-9800-25e4747408ea',
  type: 'message-start',
  delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
});
const cohereEnd = (reason) => named({ type: 'message-end', delta: { finish_reason: reason, usage: cohereUsage } });

const cohereChat = {
  text: (pieces) => ({
    start: [
      cohereStart,
      named({ type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } }),
    ],
    content: pieces.map((text) =>
      named({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } }),
    ),
    end: [named({ type: 'content-end', index: 0 }), cohereEnd('COMPLETE')],
  }),
  input: (pieces) => {
    const call = { id: 'weather_1abc', type: 'function', function: { name: 'weather', arguments: '' } };
    return {
      start: [cohereStart, named({ type: 'tool-call-start', index: 0, delta: { message: { tool_calls: call } } })],
      content: pieces.map((text) =>
        named({
          type: 'tool-call-delta',
          index: 0,
          delta: { message: { tool_calls: { function: { arguments: text } } } },
        }),
      ),
      end: [named({ type: 'tool-call-end', index: 0 }), cohereEnd('TOOL_CALL')],
    };
  },
};

/** Streams as servers of each dialect send them, a frame in each chunk: what comes first, the content, what comes last. */
export const dialectStreams = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-completions': openaiCompletions,
  'anthropic-messages': anthropicMessages,
  'google-generate': googleGenerate,
  'bedrock-converse': bedrockConverse,
  'cohere-chat': cohereChat,
};
