import type { Completion, Extensions, Logprobs, Part, TextPart } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { readFinishReason } from './finish-reasons.js';
import { isOfText, readCitation } from './read-citation.js';
import { readUsage } from './read-usage.js';

/** Reads an answer that was not streamed; `null` when it is none. It does not say which model wrote it. */
export function readResponse(body: unknown): Completion | null {
  if (!isRecord(body) || !isRecord(body['message'])) return null;
  const { message } = body;
  return {
    dialect: 'cohere-chat',
    id: string(body['id']) ?? '',
    model: '',
    created: 0,
    choices: [
      {
        index: 0,
        parts: [...readContent(message), ...records(message['tool_calls']).map(readToolCall)],
        finish: readFinishReason(body['finish_reason']),
        stopSequence: null,
        annotations: [],
        logprobs: readLogprobs(body['logprobs'] ?? message['logprobs']),
        extensions: planExtensions(string(message['tool_plan']) ?? ''),
      },
    ],
    usage: readUsage(body['usage']),
    serviceTier: null,
    extensions: {},
  };
}

/** Citations say in which of the contents they stand; some servers send the content as a text. */
function readContent(message: JsonRecord): readonly Part[] {
  const { content } = message;
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : records(content);
  const cited = new Map<number, Extensions[]>();
  for (const citation of records(message['citations']).filter(isOfText)) {
    const index = citation['content_index'];
    const at = typeof index === 'number' && typeof blocks[index]?.['text'] === 'string' ? index : lastText(blocks);
    cited.set(at, [...(cited.get(at) ?? []), readCitation(citation)]);
  }
  return blocks.flatMap((block, i) => readBlock(block, cited.get(i)) ?? []);
}

function lastText(blocks: readonly JsonRecord[]): number {
  return blocks.findLastIndex((block) => typeof block['text'] === 'string');
}

function readBlock(block: JsonRecord, citations: readonly Extensions[] | undefined): Part | null {
  const { text, thinking } = block;
  if (typeof thinking === 'string') {
    return thinking === '' ? null : { kind: 'reasoning', text: thinking, signature: null, redacted: null };
  }
  if (typeof text !== 'string') return { kind: 'opaque', dialect: 'cohere-chat', wire: block };
  const part: TextPart = { kind: 'text', text };
  if (citations !== undefined) return { ...part, extensions: { citations } };
  return text === '' ? null : part;
}

function readToolCall(wire: JsonRecord): Part {
  return { kind: 'tool-call', ...toolCallOf(wire), input: argumentsOf(wire) || '{}', custom: false };
}

export function toolCallOf(wire: JsonRecord): { readonly id: string; readonly name: string } {
  const call = isRecord(wire['function']) ? wire['function'] : {};
  return { id: string(wire['id']) ?? '', name: string(call['name']) ?? '' };
}

export function argumentsOf(wire: JsonRecord): string {
  const input = isRecord(wire['function']) ? wire['function']['arguments'] : null;
  if (typeof input === 'string') return input;
  return isRecord(input) ? JSON.stringify(input) : '';
}

/**
 * Why the model calls what it calls. Cohere keeps it apart from the text, which is empty then: as text, programs would take
 * it for an answer, and as a thought it would be one that a model which does not think had. Sent back it is optional, so
 * that it stays among the extensions.
 */
export function planExtensions(toolPlan: string): Extensions {
  return toolPlan === '' ? {} : { message: { tool_plan: toolPlan } };
}

/** Cohere groups tokens into pieces of text, OpenAI's clients expect one entry a piece. */
export function readLogprobs(wire: unknown): Logprobs | null {
  const items = Array.isArray(wire) ? records(wire) : isRecord(wire) ? [wire] : [];
  if (items.length === 0) return null;
  const content = items.map((item) => {
    const each = Array.isArray(item['logprobs']) ? item['logprobs'].filter(isNumber) : [];
    const token = string(item['text']) ?? '';
    const logprob = each.reduce((sum, value) => sum + value, 0);
    return { token, logprob, bytes: [...Buffer.from(token)], top_logprobs: [] };
  });
  return { content, refusal: null };
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

function records(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
