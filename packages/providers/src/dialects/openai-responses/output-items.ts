import { createHash, randomUUID } from 'node:crypto';

import type { Extensions, Part, ReasoningPart, ToolCallPart } from '../../conversation.js';
import { type AnswerName, answerName } from '../../answer-name.js';
import type { AnswerOptions } from '../../dialect.js';
import type { DialectId } from '../../dialect-id.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { sealReasoning } from '../../reasoning-envelope.js';
import { surelyToolCallId } from '../../tool-call-ids.js';

const DIALECT = 'openai-responses';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** Who answers; the ids of items are made of that of the response, so that there is one always. */
export function responseName(head: AnswerName, options: AnswerOptions): AnswerName {
  return answerName(head, { requestId: randomUUID(), ...options }, 'resp_');
}

/** Ids of items with the prefixes by which OpenAI knows them, the same for the same answer and place. */
export class ItemIds {
  readonly #stem: string;
  #count = 0;

  constructor(responseId: string) {
    this.#stem = createHash('sha256').update(responseId).digest('hex').slice(0, 32);
  }

  next(prefix: 'msg' | 'rs' | 'fc' | 'ctc' | 'ig'): string {
    return `${prefix}_${this.#stem}${String(this.#count++).padStart(4, '0')}`;
  }
}

export function messageItem(id: string, status: ItemStatus, content: readonly JsonRecord[]): JsonRecord {
  return { id, type: 'message', status, role: 'assistant', content };
}

export function textContent(
  text: string,
  annotations: readonly JsonRecord[] = [],
  logprobs: readonly unknown[] = [],
): JsonRecord {
  return { type: 'output_text', text, annotations, logprobs: logprobs.flatMap(writeLogprob) };
}

export function refusalContent(refusal: string): JsonRecord {
  return { type: 'refusal', refusal };
}

/** Chat completions leave out the bytes of tokens that have none. */
function writeLogprob(wire: unknown): readonly JsonRecord[] {
  if (!isRecord(wire)) return [];
  const { token, logprob, bytes, top_logprobs: top } = wire;
  return [{ token, logprob, bytes: bytes ?? [], top_logprobs: Array.isArray(top) ? top.flatMap(writeTopLogprob) : [] }];
}

function writeTopLogprob(wire: unknown): readonly JsonRecord[] {
  return isRecord(wire) ? [{ token: wire['token'], logprob: wire['logprob'], bytes: wire['bytes'] ?? [] }] : [];
}

/**
 * Thoughts as they are shown, with what proves them: OpenAI's own as it is, others' in an envelope with the whole thought,
 * because clients may send back the proof alone. It is written unasked too (`include` has a word for it): some clients ask
 * only OpenAI's models for it, and would send back thoughts that nobody takes.
 */
export function reasoningItem(id: string, part: ReasoningPart, dialect: DialectId): JsonRecord {
  const { text, signature, redacted, provenBy = dialect } = part;
  const summary = text === '' ? [] : [{ type: 'summary_text', text }];
  const item = { id, type: 'reasoning', summary };
  if (signature === null && redacted === null) return item;
  const own = provenBy === DIALECT && signature !== null;
  return { ...item, encrypted_content: own ? signature : sealReasoning(part, provenBy, text) };
}

type Call = Pick<ToolCallPart, 'id' | 'name' | 'input' | 'custom'>;

export function callItem(itemId: string, status: ItemStatus, { id, name, input, custom }: Call): JsonRecord {
  const call_id = surelyToolCallId(id);
  if (custom) return { id: itemId, type: 'custom_tool_call', status, call_id, name, input };
  return { id: itemId, type: 'function_call', status, call_id, name, arguments: input };
}

const DATA_URL = /^data:image\/([a-z0-9.+-]+);base64,/i;

/** A picture that was made; `null` for one that is somewhere else: there is no item for that. */
export function pictureItem(id: string, url: string | null): JsonRecord | null {
  const head = DATA_URL.exec(url?.slice(0, 100) ?? '');
  if (url === null || head === null) return null;
  const result = url.slice(head[0].length);
  return { id, type: 'image_generation_call', status: 'completed', result, output_format: head[1] };
}

/**
 * Where a text comes from, as OpenAI says it: its own annotations as they are, others' where they name a page, for the
 * whole of their text.
 */
export function annotations(citation: Extensions, textLength: number): readonly JsonRecord[] {
  const { type, url_citation: inChat } = citation;
  if (type === 'url_citation' && isRecord(inChat)) return [{ type, ...inChat }];
  if (type === 'url_citation' || type === 'file_citation' || type === 'container_file_citation') {
    return [citation];
  }
  const { url, title } = citation;
  if (typeof url !== 'string') return [];
  const named = typeof title === 'string' ? title : url;
  return [{ type: 'url_citation', url, title: named, start_index: 0, end_index: textLength }];
}

export function citationsOf(part: Part): readonly Extensions[] {
  const citations: unknown = part.kind === 'text' ? part.extensions?.['citations'] : null;
  return Array.isArray(citations) ? citations.filter(isRecord) : [];
}
