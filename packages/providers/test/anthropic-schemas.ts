import { Ajv } from 'ajv';

/**
 * What Anthropic publishes of its answers, errors and events (platform.claude.com/docs/en/api/messages), strict: every field
 * that clients are told to expect is there, and no other one.
 */
const nullable = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });
const closed = (properties: Record<string, object>, optional: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const is = (...values: readonly string[]): object => ({ enum: values });

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const counts = {
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens: count,
  output_tokens_details: nullable(closed({ thinking_tokens: count })),
  server_tool_use: nullable(closed({ web_search_requests: count, web_fetch_requests: count })),
};
const usage = closed({
  ...counts,
  cache_creation: closed({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }),
  inference_geo: nullable(text),
  service_tier: nullable(is('standard', 'priority', 'batch')),
  speed: nullable(is('standard', 'fast')),
});
const blocks = [
  closed({ type: is('text'), text, citations: nullable({ type: 'array' }) }),
  closed({ type: is('thinking'), thinking: text, signature: text }),
  closed({ type: is('redacted_thinking'), data: text }),
  closed({
    type: is('tool_use'),
    id: { type: 'string', pattern: '^[a-zA-Z0-9_-]+$' },
    name: { type: 'string', minLength: 1 },
    input: { type: 'object' },
  }),
];
/** Steps of the provider's own tools: what only this dialect knows goes through as it is. */
const own = [
  {
    type: 'object',
    properties: { type: is('server_tool_use', 'web_search_tool_result', 'compaction') },
    required: ['type'],
  },
];
const stopReason = is(
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
);
const stopDetails = nullable(closed({ type: is('refusal'), category: nullable(text), explanation: nullable(text) }));
const message = (content: object, reason: object): object =>
  closed(
    {
      id: text,
      type: is('message'),
      role: is('assistant'),
      model: text,
      content,
      stop_reason: reason,
      stop_sequence: nullable(text),
      stop_details: stopDetails,
      container: nullable({ type: 'object' }),
      usage,
    },
    ['container'],
  );
const error = closed({
  type: is('error'),
  error: closed({
    type: is(
      'invalid_request_error',
      'authentication_error',
      'billing_error',
      'permission_error',
      'not_found_error',
      'request_too_large',
      'rate_limit_error',
      'timeout_error',
      'overloaded_error',
      'api_error',
    ),
    message: { type: 'string', minLength: 1 },
  }),
  request_id: nullable(text),
});
const delta = {
  anyOf: [
    closed({ type: is('text_delta'), text: { type: 'string', minLength: 1 } }),
    closed({ type: is('input_json_delta'), partial_json: text }),
    closed({ type: is('thinking_delta'), thinking: text }),
    closed({ type: is('signature_delta'), signature: text }),
    closed({ type: is('citations_delta'), citation: { type: 'object' } }),
  ],
};
const event = {
  anyOf: [
    closed({ type: is('message_start'), message: message({ type: 'array', maxItems: 0 }, { type: 'null' }) }),
    closed({ type: is('content_block_start'), index: count, content_block: { anyOf: [...blocks, ...own] } }),
    closed({ type: is('content_block_delta'), index: count, delta }),
    closed({ type: is('content_block_stop'), index: count }),
    closed({
      type: is('message_delta'),
      delta: closed(
        {
          stop_reason: stopReason,
          stop_sequence: nullable(text),
          stop_details: stopDetails,
          container: nullable({ type: 'object' }),
        },
        ['container'],
      ),
      usage: closed(counts),
    }),
    closed({ type: is('message_stop') }),
    closed({ type: is('ping') }),
    error,
  ],
};

const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
const validators = {
  message: ajv.compile(message({ type: 'array', items: { anyOf: [...blocks, ...own] } }, stopReason)),
  event: ajv.compile(event),
  error: ajv.compile(error),
};

/** What the published format says against a value. */
export function anthropicErrors(kind: keyof typeof validators, value: unknown): string[] {
  const validate = validators[kind];
  if (validate(JSON.parse(JSON.stringify(value)))) return [];
  return (validate.errors ?? []).map((fault) => `${fault.instancePath} ${fault.message ?? ''}`);
}

/** The events of a stream; each is named as its data say, and blocks open and close in order. */
export function anthropicEvents(sse: string): Record<string, unknown>[] {
  const events: Record<string, unknown>[] = [];
  for (const frame of sse.split('\n\n')) {
    if (frame === '') continue;
    const match = /^event: (\w+)\ndata: (.*)$/.exec(frame);
    if (match === null) throw new Error(`no event: ${frame}`);
    const data = JSON.parse(match[2] ?? '') as Record<string, unknown>;
    if (data['type'] !== match[1]) throw new Error(`${match[1] ?? ''} holds ${String(data['type'])}`);
    events.push(data);
  }
  return events;
}

/** What is wrong with the order of a stream's events. */
export function orderErrors(events: readonly Record<string, unknown>[]): string[] {
  const errors: string[] = [];
  const names = events.map((item) => String(item['type']));
  if (names[0] !== 'message_start') errors.push(`begins with ${names[0] ?? 'nothing'}`);
  if (names.slice(-2).join() !== 'message_delta,message_stop') errors.push(`ends with ${names.slice(-2).join()}`);
  const open = new Set<unknown>();
  let next = 0;
  for (const item of events) {
    const index = item['index'];
    if (item['type'] === 'content_block_start') {
      if (index !== next++) errors.push(`block ${String(index)} is out of order`);
      open.add(index);
    } else if (item['type'] === 'content_block_delta' && !open.has(index)) {
      errors.push(`a delta for block ${String(index)}, which is not open`);
    } else if (item['type'] === 'content_block_stop' && !open.delete(index)) {
      errors.push(`block ${String(index)} was not open`);
    }
  }
  if (open.size > 0) errors.push('blocks are left open');
  return errors;
}
