import { converseEvent } from '@tollgate/testing/event-stream-frames';

import type { ProviderDialectId } from '../../src/dialect-id.js';

type Wire = Record<string, unknown>;

/** What a provider says, whatever its dialect. */
export interface Said {
  readonly text: string;
  readonly thought?: string;
  readonly calls?: readonly { readonly id: string; readonly name: string; readonly input: Wire }[];
  /** `length`: the cap was reached. */
  readonly stop: 'stop' | 'length' | 'tool-calls' | 'content-filter';
}

/** Usage of every answer: 100 tokens of which 60 came from a cache, and 30 of which 10 were thoughts where that is told. */
export const TOLD = { input: 100, cached: 60, output: 30, thoughts: 10 } as const;
/** The proof of a thought, where the dialect has one. */
export const PROOF = 'EqQBcHJvb2Y=';

export interface WireAnswer {
  readonly body: Wire;
  readonly stream: Buffer;
}

/** An answer as the vendor of the dialect publishes its format, whole and as the stream that it would come in. */
export function providerAnswer(dialect: ProviderDialectId, said: Said): WireAnswer {
  return MAKERS[dialect](said);
}

const MAKERS: Readonly<Record<ProviderDialectId, (said: Said) => WireAnswer>> = {
  'openai-chat': chatAnswer,
  'openai-responses': responsesAnswer,
  'anthropic-messages': messagesAnswer,
  'google-generate': googleAnswer,
  'bedrock-converse': converseAnswer,
  'cohere-chat': cohereAnswer,
};

const cut = (text: string): readonly string[] => text.match(/[^]{1,6}/gu) ?? [];
const data = (event: Wire): string => `data: ${JSON.stringify(event)}\n\n`;
const named = (event: Wire): string => `event: ${String(event['type'])}\n${data(event)}`;

function chatAnswer({ text, thought, calls = [], stop }: Said): WireAnswer {
  const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'served-model' };
  const finish = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', 'content-filter': 'content_filter' }[
    stop
  ];
  const usage = {
    prompt_tokens: TOLD.input,
    completion_tokens: TOLD.output,
    total_tokens: TOLD.input + TOLD.output,
    prompt_tokens_details: { cached_tokens: TOLD.cached },
    completion_tokens_details: { reasoning_tokens: TOLD.thoughts },
  };
  const functions = calls.map(({ id, name, input }) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  const message = {
    role: 'assistant',
    content: text,
    ...(thought !== undefined && { reasoning_content: thought }),
    ...(functions.length > 0 && { tool_calls: functions }),
  };
  const chunk = (delta: Wire, finish_reason: string | null = null): string =>
    data({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
  const stream = [
    chunk({ role: 'assistant', content: '' }),
    ...cut(thought ?? '').map((piece) => chunk({ reasoning_content: piece })),
    ...cut(text).map((content) => chunk({ content })),
    ...functions.flatMap((call, index) => [
      chunk({ tool_calls: [{ ...call, index, function: { ...call.function, arguments: '' } }] }),
      ...cut(call.function.arguments).map((piece) =>
        chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
      ),
    ]),
    chunk({}, finish),
    data({ ...head, object: 'chat.completion.chunk', choices: [], usage }),
    'data: [DONE]\n\n',
  ];
  const body = { ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }], usage };
  return { body, stream: Buffer.from(stream.join('')) };
}

function responsesAnswer({ text, thought, calls = [], stop }: Said): WireAnswer {
  const output: Wire[] = [];
  if (thought !== undefined)
    output.push({
      id: 'rs_1',
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: thought }],
      encrypted_content: PROOF,
    });
  if (text !== '')
    output.push({
      id: 'msg_1',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
    });
  for (const { id, name, input } of calls)
    output.push({
      id: `fc_${id}`,
      type: 'function_call',
      status: 'completed',
      call_id: id,
      name,
      arguments: JSON.stringify(input),
    });
  const reason = stop === 'length' ? 'max_output_tokens' : stop === 'content-filter' ? 'content_filter' : null;
  const usage = {
    input_tokens: TOLD.input,
    input_tokens_details: { cached_tokens: TOLD.cached },
    output_tokens: TOLD.output,
    output_tokens_details: { reasoning_tokens: TOLD.thoughts },
    total_tokens: TOLD.input + TOLD.output,
  };
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    status: reason === null ? 'completed' : 'incomplete',
    error: null,
    incomplete_details: reason === null ? null : { reason },
    model: 'served-model',
    output,
    usage,
  };
  const events: Wire[] = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
  ];
  for (const [output_index, item] of output.entries()) {
    const at = { output_index, item_id: item['id'] };
    const add = (type: string, fields: Wire): void => void events.push({ type: `response.${type}`, ...at, ...fields });
    const empty = { message: { content: [] }, reasoning: { summary: [] }, function_call: { arguments: '' } }[
      String(item['type'])
    ];
    add('output_item.added', { item: { ...item, ...empty, status: 'in_progress' } });
    if (item['type'] === 'message') {
      add('content_part.added', { content_index: 0, part: { type: 'output_text', text: '', annotations: [] } });
      for (const delta of cut(text)) add('output_text.delta', { content_index: 0, delta });
      add('output_text.done', { content_index: 0, text });
    } else if (item['type'] === 'reasoning') {
      for (const delta of cut(thought ?? '')) add('reasoning_summary_text.delta', { summary_index: 0, delta });
    } else {
      for (const delta of cut(String(item['arguments']))) add('function_call_arguments.delta', { delta });
    }
    add('output_item.done', { item });
  }
  events.push({ type: reason === null ? 'response.completed' : 'response.incomplete', response });
  const stream = events.map((event, sequence_number) => named({ ...event, sequence_number })).join('');
  return { body: response, stream: Buffer.from(stream) };
}

function messagesAnswer({ text, thought, calls = [], stop }: Said): WireAnswer {
  const content: Wire[] = [];
  if (thought !== undefined) content.push({ type: 'thinking', thinking: thought, signature: PROOF });
  if (text !== '') content.push({ type: 'text', text });
  for (const { id, name, input } of calls) content.push({ type: 'tool_use', id, name, input });
  const stop_reason = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', 'content-filter': 'refusal' }[
    stop
  ];
  const input = {
    input_tokens: TOLD.input - TOLD.cached,
    cache_read_input_tokens: TOLD.cached,
    cache_creation_input_tokens: 0,
  };
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'served-model', stop_sequence: null };
  const body = { ...head, content, stop_reason, usage: { ...input, output_tokens: TOLD.output } };
  const events: Wire[] = [
    {
      type: 'message_start',
      message: { ...head, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } },
    },
    { type: 'ping' },
  ];
  for (const [index, block] of content.entries()) {
    const delta = (fields: Wire): void => void events.push({ type: 'content_block_delta', index, delta: fields });
    const empty = { text: { text: '' }, thinking: { thinking: '', signature: '' }, tool_use: { input: {} } }[
      String(block['type'])
    ];
    events.push({ type: 'content_block_start', index, content_block: { ...block, ...empty } });
    if (block['type'] === 'text') for (const piece of cut(text)) delta({ type: 'text_delta', text: piece });
    else if (block['type'] === 'thinking') {
      for (const piece of cut(thought ?? '')) delta({ type: 'thinking_delta', thinking: piece });
      delta({ type: 'signature_delta', signature: PROOF });
    } else
      for (const piece of cut(JSON.stringify(block['input']))) delta({ type: 'input_json_delta', partial_json: piece });
    events.push({ type: 'content_block_stop', index });
  }
  events.push({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens: TOLD.output },
  });
  events.push({ type: 'message_stop' });
  return { body, stream: Buffer.from(events.map(named).join('')) };
}

function googleAnswer({ text, thought, calls = [], stop }: Said): WireAnswer {
  const parts: Wire[] = [];
  if (thought !== undefined) parts.push({ text: thought, thought: true });
  if (text !== '') parts.push({ text });
  for (const [i, { id, name, input }] of calls.entries())
    parts.push({
      functionCall: { id, name, args: input },
      ...(i === 0 && thought !== undefined && { thoughtSignature: PROOF }),
    });
  const finishReason = { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', 'content-filter': 'SAFETY' }[stop];
  const usageMetadata = {
    promptTokenCount: TOLD.input,
    cachedContentTokenCount: TOLD.cached,
    candidatesTokenCount: TOLD.output - TOLD.thoughts,
    thoughtsTokenCount: TOLD.thoughts,
    totalTokenCount: TOLD.input + TOLD.output,
  };
  const head = { modelVersion: 'served-model', responseId: 'r_1' };
  const body = { candidates: [{ content: { role: 'model', parts }, finishReason, index: 0 }], usageMetadata, ...head };
  const pieces = parts.flatMap((part): readonly Wire[] =>
    typeof part['text'] === 'string' ? cut(part['text']).map((piece) => ({ ...part, text: piece })) : [part],
  );
  const frames = pieces.map((part) =>
    data({ candidates: [{ content: { role: 'model', parts: [part] }, index: 0 }], ...head }),
  );
  const last = { content: { role: 'model', parts: [{ text: '' }] }, finishReason, index: 0 };
  return { body, stream: Buffer.from(frames.join('') + data({ candidates: [last], usageMetadata, ...head })) };
}

function converseAnswer({ text, thought, calls = [], stop }: Said): WireAnswer {
  const content: Wire[] = [];
  if (thought !== undefined) content.push({ reasoningContent: { reasoningText: { text: thought, signature: PROOF } } });
  if (text !== '') content.push({ text });
  for (const { id, name, input } of calls) content.push({ toolUse: { toolUseId: id, name, input } });
  const stopReason = {
    stop: 'end_turn',
    length: 'max_tokens',
    'tool-calls': 'tool_use',
    'content-filter': 'content_filtered',
  }[stop];
  const usage = {
    inputTokens: TOLD.input - TOLD.cached,
    cacheReadInputTokens: TOLD.cached,
    cacheWriteInputTokens: 0,
    outputTokens: TOLD.output,
    totalTokens: TOLD.input + TOLD.output,
  };
  const frames: Buffer[] = [converseEvent('messageStart', { role: 'assistant' })];
  for (const [contentBlockIndex, block] of content.entries()) {
    const delta = (fields: Wire): void =>
      void frames.push(converseEvent('contentBlockDelta', { contentBlockIndex, delta: fields }));
    const use = block['toolUse'] as { toolUseId: string; name: string; input: Wire } | undefined;
    if (use !== undefined) {
      const start = { toolUse: { toolUseId: use.toolUseId, name: use.name } };
      frames.push(converseEvent('contentBlockStart', { contentBlockIndex, start }));
      for (const input of cut(JSON.stringify(use.input))) delta({ toolUse: { input } });
    } else if (block['reasoningContent'] !== undefined) {
      for (const piece of cut(thought ?? '')) delta({ reasoningContent: { text: piece } });
      delta({ reasoningContent: { signature: PROOF } });
    } else for (const piece of cut(text)) delta({ text: piece });
    frames.push(converseEvent('contentBlockStop', { contentBlockIndex }));
  }
  frames.push(
    converseEvent('messageStop', { stopReason }),
    converseEvent('metadata', { usage, metrics: { latencyMs: 1 } }),
  );
  return {
    body: { output: { message: { role: 'assistant', content } }, stopReason, usage },
    stream: Buffer.concat(frames),
  };
}

function cohereAnswer({ text, thought, calls = [], stop }: Said): WireAnswer {
  const finish_reason = {
    stop: 'COMPLETE',
    length: 'MAX_TOKENS',
    'tool-calls': 'TOOL_CALL',
    'content-filter': 'ERROR_TOXIC',
  }[stop];
  const tokens = { input_tokens: TOLD.input, output_tokens: TOLD.output };
  const end = { finish_reason, usage: { billed_units: tokens, tokens, cached_tokens: TOLD.cached } };
  const content = [
    ...(thought === undefined ? [] : [{ type: 'thinking', thinking: thought }]),
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ];
  const functions = calls.map(({ id, name, input }) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  const events: Wire[] = [{ type: 'message-start', id: 'c_1', delta: { message: { role: 'assistant', content: [] } } }];
  const say = (type: string, index: number, message: Wire): void =>
    void events.push({ type, index, delta: { message } });
  for (const [index, block] of content.entries()) {
    const field = block.type === 'thinking' ? 'thinking' : 'text';
    say('content-start', index, { content: { type: block.type, [field]: '' } });
    for (const piece of cut(block.type === 'thinking' ? (thought ?? '') : text))
      say('content-delta', index, { content: { [field]: piece } });
    events.push({ type: 'content-end', index });
  }
  for (const [index, call] of functions.entries()) {
    say('tool-call-start', index, { tool_calls: { ...call, function: { ...call.function, arguments: '' } } });
    for (const piece of cut(call.function.arguments))
      say('tool-call-delta', index, { tool_calls: { function: { arguments: piece } } });
    events.push({ type: 'tool-call-end', index });
  }
  events.push({ type: 'message-end', delta: end });
  const message = { role: 'assistant', content, ...(functions.length > 0 && { tool_calls: functions }) };
  return { body: { id: 'c_1', message, ...end }, stream: Buffer.from(events.map(named).join('')) };
}
