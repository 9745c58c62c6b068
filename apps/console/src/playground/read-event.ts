import type { TokenCounts } from './conversation.js';
import type { ClientDialect } from './request-body.js';

/** What one event of a stream adds to the answer. */
export interface EventPart {
  readonly text?: string;
  readonly thinking?: string;
  readonly endedBy?: string;
  readonly tokens?: Partial<TokenCounts>;
  /** The provider or the gateway broke off, and says why. */
  readonly error?: unknown;
}

/** Reads one event's data. What is not JSON, such as the end mark of OpenAI's streams, adds nothing. */
export function readEvent(dialect: ClientDialect, data: string): EventPart {
  const json = parse(data);
  if (json === null) return {};
  if (json['error'] !== undefined && json['error'] !== null) return { error: json['error'] };
  return dialect === 'openai-chat' ? readOpenAiChunk(json) : readAnthropicEvent(json);
}

function readOpenAiChunk(chunk: Json): EventPart {
  const choice = record(Array.isArray(chunk['choices']) ? chunk['choices'][0] : null);
  const delta = record(choice['delta']);
  const usage = record(chunk['usage']);
  return {
    ...given('text', text(delta['content']) ?? text(delta['refusal'])),
    ...given('thinking', text(delta['reasoning_content']) ?? text(delta['reasoning'])),
    ...given('endedBy', text(choice['finish_reason'])),
    ...tokens(usage['prompt_tokens'], usage['completion_tokens']),
  };
}

function readAnthropicEvent(event: Json): EventPart {
  const delta = record(event['delta']);
  const usage = record(event['usage'] ?? record(event['message'])['usage']);
  return {
    ...given('text', text(delta['text'])),
    ...given('thinking', text(delta['thinking'])),
    ...given('endedBy', text(delta['stop_reason'])),
    ...tokens(allInput(usage), usage['output_tokens']),
  };
}

/** Anthropic counts what was cached apart; everything that went in is its sum. */
function allInput(usage: Json): number | null {
  if (typeof usage['input_tokens'] !== 'number') return null;
  return ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']
    .map((name) => usage[name])
    .reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0);
}

function tokens(input: unknown, output: unknown): Pick<EventPart, 'tokens'> {
  const counts = {
    ...(typeof input === 'number' && { input }),
    ...(typeof output === 'number' && { output }),
  };
  return Object.keys(counts).length === 0 ? {} : { tokens: counts };
}

type Json = Readonly<Record<string, unknown>>;

function parse(data: string): Json | null {
  try {
    return record(JSON.parse(data));
  } catch {
    return null;
  }
}

const record = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const given = <K extends string>(name: K, value: string | null): Partial<Record<K, string>> =>
  value === null ? {} : ({ [name]: value } as Record<K, string>);
