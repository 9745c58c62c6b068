import { converseEvent } from './event-stream-frames.js';

/** An answer as it is published, whole and as the stream that it would come in. */
export interface CloudFixture {
  readonly name: string;
  readonly body: Record<string, unknown>;
  readonly stream: Buffer;
}

const USAGE = {
  inputTokens: 10,
  outputTokens: 20,
  totalTokens: 180,
  cacheReadInputTokens: 100,
  cacheWriteInputTokens: 50,
  cacheDetails: [
    { ttl: '1h', inputTokens: 20 },
    { ttl: '5m', inputTokens: 30 },
  ],
};
const TEXT = { text: 'Grüße aus dem Süden 🌞, sagte sie — "ja".' };
const THOUGHT = { reasoningContent: { reasoningText: { text: 'Let me see.\n\nFirst …', signature: 'EqQB+/==' } } };
const REDACTED = { reasoningContent: { redactedContent: 'RW13S0FoZ0I=' } };
const CALL = { toolUse: { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Köln', days: [1, 2] } } };
const BARE_CALL = { toolUse: { toolUseId: 'tooluse_2', name: 'get_time', input: {} } };
const CITED = {
  citationsContent: {
    content: [{ text: 'Pelicans are ' }, { text: 'birds.' }],
    citations: [{ title: 'Pelicans', location: { web: { url: 'https://example.com/p', domain: 'example.com' } } }],
  },
};

function converse(name: string, content: readonly object[], stopReason = 'end_turn'): CloudFixture {
  const rest = { usage: USAGE, metrics: { latencyMs: 12 }, serviceTier: { type: 'priority' } };
  const frames = [converseEvent('messageStart', { role: 'assistant', p: 'abc' })];
  for (const [contentBlockIndex, block] of content.entries()) {
    const fields = block as Record<string, Record<string, unknown>>;
    if (fields['toolUse'] !== undefined) {
      const { toolUseId, name: tool } = fields['toolUse'];
      frames.push(
        converseEvent('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId, name: tool } } }),
      );
    }
    for (const delta of deltasOf(fields)) frames.push(converseEvent('contentBlockDelta', { contentBlockIndex, delta }));
    frames.push(converseEvent('contentBlockStop', { contentBlockIndex }));
  }
  frames.push(converseEvent('messageStop', { stopReason }), converseEvent('metadata', rest));
  const body = { output: { message: { role: 'assistant', content } }, stopReason, ...rest };
  return { name, body, stream: Buffer.concat(frames) };
}

function* deltasOf(block: Record<string, Record<string, unknown>>): Generator<object> {
  const { text, toolUse, reasoningContent, citationsContent } = block;
  if (text !== undefined) for (const piece of pieces(text)) yield { text: piece };
  if (toolUse !== undefined && Object.keys(toolUse['input'] as object).length > 0)
    for (const input of pieces(JSON.stringify(toolUse['input']))) yield { toolUse: { input } };
  const thought = reasoningContent?.['reasoningText'] as Record<string, string> | undefined;
  if (thought !== undefined) {
    for (const piece of pieces(thought['text'])) yield { reasoningContent: { text: piece } };
    yield { reasoningContent: { signature: thought['signature'] } };
  } else if (reasoningContent !== undefined) yield { reasoningContent };
  for (const { text: said } of (citationsContent?.['content'] ?? []) as { text: string }[]) yield { text: said };
  for (const citation of (citationsContent?.['citations'] ?? []) as object[]) yield { citation };
}

function pieces(text: unknown): readonly string[] {
  return String(text).match(/[^]{1,7}/gu) ?? [];
}

export const CONVERSE_FIXTURES: readonly CloudFixture[] = [
  converse('text', [TEXT]),
  converse('several texts', [TEXT, { text: 'More.' }]),
  converse('thinking', [THOUGHT, REDACTED, TEXT]),
  converse('parallel tools', [TEXT, CALL, BARE_CALL], 'tool_use'),
  converse('thinking between tools', [THOUGHT, CALL, REDACTED, BARE_CALL], 'tool_use'),
  converse('citations', [TEXT, CITED]),
  converse('a guardrail', [TEXT], 'guardrail_intervened'),
  converse('the end of the window', [TEXT], 'model_context_window_exceeded'),
  converse('a broken call', [TEXT], 'malformed_tool_use'),
  converse('nothing', []),
];

const COHERE_USAGE = {
  billed_units: { input_tokens: 5, output_tokens: 9 },
  tokens: { input_tokens: 70, output_tokens: 12 },
};

interface CohereMessage {
  readonly content?: readonly Record<string, unknown>[];
  readonly tool_plan?: string;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { name: string; arguments: string } }[];
  readonly citations?: readonly Record<string, unknown>[];
}

function cohere(name: string, message: CohereMessage, finish_reason = 'COMPLETE'): CloudFixture {
  const end = { finish_reason, usage: COHERE_USAGE };
  const events: object[] = [
    { type: 'message-start', id: 'id-1', delta: { message: { role: 'assistant', content: [] } } },
  ];
  const say = (type: string, index: number, fields: object): void => {
    events.push({ type, index, delta: { message: fields } });
  };
  for (const tool_plan of pieces(message.tool_plan ?? '')) say('tool-plan-delta', 0, { tool_plan });
  for (const [index, block] of (message.content ?? []).entries()) {
    const field = block['type'] === 'thinking' ? 'thinking' : 'text';
    say('content-start', index, { content: { type: block['type'], [field]: '' } });
    for (const piece of pieces(block[field])) say('content-delta', index, { content: { [field]: piece } });
    for (const citation of message.citations ?? []) {
      if (citation['content_index'] === index) say('citation-start', 0, { citations: citation });
    }
    say('content-end', index, {});
  }
  for (const [index, call] of (message.tool_calls ?? []).entries()) {
    say('tool-call-start', index, { tool_calls: { ...call, function: { ...call.function, arguments: '' } } });
    for (const piece of pieces(call.function.arguments))
      say('tool-call-delta', index, { tool_calls: { function: { arguments: piece } } });
    say('tool-call-end', index, {});
  }
  events.push({ type: 'message-end', delta: end });
  const sse = events
    .map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
  return {
    name,
    body: { id: 'id-1', message: { role: 'assistant', ...message }, ...end },
    stream: Buffer.from(`${sse}data: [DONE]\n\n`),
  };
}

const CITATION = {
  start: 0,
  end: 5,
  text: 'Grüße',
  content_index: 0,
  type: 'TEXT_CONTENT',
  sources: [{ type: 'document', id: 'doc:0', document: { id: 'doc:0', title: 'Süden', url: 'https://example.com/s' } }],
};
const COHERE_TEXT = { type: 'text', ...TEXT };
const calls = [
  { id: 'get_weather_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Köln"}' } },
  { id: 'get_time_2', type: 'function', function: { name: 'get_time', arguments: '{}' } },
];

export const COHERE_FIXTURES: readonly CloudFixture[] = [
  cohere('text', { content: [COHERE_TEXT] }),
  cohere('thinking', { content: [{ type: 'thinking', thinking: 'Hm.\nYes.' }, COHERE_TEXT] }),
  cohere('tools with a plan', { tool_plan: 'I will look — überall.', tool_calls: calls }, 'TOOL_CALL'),
  cohere('citations', { content: [COHERE_TEXT], citations: [CITATION] }),
  cohere('a stop sequence', { content: [COHERE_TEXT] }, 'STOP_SEQUENCE'),
  cohere('the cap', { content: [COHERE_TEXT] }, 'MAX_TOKENS'),
  cohere('nothing', { content: [] }),
];
