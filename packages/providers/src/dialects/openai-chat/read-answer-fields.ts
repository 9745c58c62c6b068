import type { AudioPart, Extensions, ImagePart, Logprobs } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';

/** What messages of answers and deltas of streams have in common. */
const MESSAGE_FIELDS = new Set([
  'role',
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_signature',
  'tool_calls',
  'function_call',
  'audio',
  'images',
  'annotations',
]);
const CHOICE_FIELDS = new Set(['index', 'message', 'delta', 'finish_reason', 'logprobs', 'text', 'error']);
const ANSWER_FIELDS = new Set([
  'id',
  'object',
  'created',
  'model',
  'choices',
  'usage',
  'service_tier',
  'error',
  'obfuscation',
  'p',
]);

export interface WrittenText {
  readonly text: string;
  readonly reasoning: string;
  readonly signature: string | null;
}

/** Text and reasoning; Mistral sends them as typed parts of `content`. */
export function readText(message: JsonRecord): WrittenText {
  let reasoning = string(message['reasoning_content']) ?? string(message['reasoning']) ?? '';
  let text = '';
  if (typeof message['content'] === 'string') text = message['content'];
  for (const part of records(message['content'])) {
    if (part['type'] === 'thinking') {
      for (const thought of records(part['thinking'])) reasoning += string(thought['text']) ?? '';
      if (typeof part['thinking'] === 'string') reasoning += part['thinking'];
    } else {
      text += string(part['text']) ?? '';
    }
  }
  const details = records(message['reasoning_details']);
  const signature = string(message['reasoning_signature']) ?? firstText(details.map((detail) => detail['signature']));
  return { text, reasoning, signature };
}

/** OpenRouter's generated pictures. */
export function readImages(message: JsonRecord): ImagePart[] {
  return records(message['images']).flatMap((image) => {
    const inner = isRecord(image['image_url']) ? image['image_url'] : {};
    const url = string(inner['url']);
    return url === null ? [] : [{ kind: 'image', url, fileId: null, detail: null }];
  });
}

export function readAudio(wire: unknown): AudioPart | null {
  if (!isRecord(wire)) return null;
  return {
    kind: 'audio',
    id: string(wire['id']),
    data: string(wire['data']),
    format: null,
    transcript: string(wire['transcript']),
    expiresAt: typeof wire['expires_at'] === 'number' ? wire['expires_at'] : null,
  };
}

export function readLogprobs(wire: unknown): Logprobs | null {
  if (!isRecord(wire)) return null;
  const content = Array.isArray(wire['content']) ? (wire['content'] as readonly unknown[]) : null;
  const refusal = Array.isArray(wire['refusal']) ? (wire['refusal'] as readonly unknown[]) : null;
  return content === null && refusal === null ? null : { content, refusal };
}

/** Fields without a neutral name, of a choice and, under `message`, of what it holds. */
export function choiceExtensions(choice: JsonRecord, message: JsonRecord): Extensions {
  const inner = unknownFields(message, MESSAGE_FIELDS);
  const outer = unknownFields(choice, CHOICE_FIELDS);
  return Object.keys(inner).length === 0 ? outer : { ...outer, message: inner };
}

export function answerExtensions(answer: JsonRecord): Extensions {
  return unknownFields(answer, ANSWER_FIELDS);
}

function unknownFields(from: JsonRecord, known: ReadonlySet<string>): Extensions {
  const rest: Record<string, unknown> = {};
  for (const name in from) {
    const value = from[name];
    if (!known.has(name) && value !== null && !(Array.isArray(value) && value.length === 0)) rest[name] = value;
  }
  return rest;
}

export function records(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function firstText(values: readonly unknown[]): string | null {
  for (const value of values) if (typeof value === 'string' && value !== '') return value;
  return null;
}
