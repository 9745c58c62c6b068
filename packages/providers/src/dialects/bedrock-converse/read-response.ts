import type { Completion, Extensions, Part } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { readStopReason } from './stop-reasons.js';
import { readUsage } from './read-usage.js';

/** Reads an answer that was not streamed; `null` when it is none. It says neither what its id is nor which model wrote it. */
export function readResponse(body: unknown): Completion | null {
  const message = messageOf(body);
  if (message === null || !isRecord(body)) return null;
  const content = Array.isArray(message['content']) ? message['content'].filter(isRecord) : [];
  return {
    dialect: 'bedrock-converse',
    id: '',
    model: '',
    created: 0,
    choices: [
      {
        index: 0,
        parts: content.flatMap((block) => readBlock(block) ?? []),
        finish: readStopReason(body['stopReason']),
        stopSequence: stopSequenceOf(body),
        annotations: [],
        logprobs: null,
        extensions: endExtensions(body),
      },
    ],
    usage: readUsage(body['usage']),
    serviceTier: readServiceTier(body),
    extensions: answerExtensions(body),
  };
}

export function messageOf(body: unknown): JsonRecord | null {
  const output = isRecord(body) ? body['output'] : null;
  const message = isRecord(output) ? output['message'] : null;
  return isRecord(message) ? message : null;
}

function readBlock(block: JsonRecord): Part | null {
  const { text, toolUse, reasoningContent, citationsContent, image } = block;
  if (typeof text === 'string') return text === '' ? null : { kind: 'text', text };
  if (isRecord(toolUse)) {
    const input = isRecord(toolUse['input']) ? JSON.stringify(toolUse['input']) : '{}';
    return { kind: 'tool-call', ...toolUseOf(toolUse), input, custom: false };
  }
  if (isRecord(reasoningContent)) return readReasoning(reasoningContent);
  if (isRecord(citationsContent)) return readCitedText(citationsContent);
  const picture = isRecord(image) ? readImage(image) : null;
  return picture ?? { kind: 'opaque', dialect: 'bedrock-converse', wire: block };
}

export function toolUseOf(toolUse: JsonRecord): { readonly id: string; readonly name: string } {
  return { id: string(toolUse['toolUseId']) ?? '', name: string(toolUse['name']) ?? '' };
}

function readReasoning(content: JsonRecord): Part {
  const { redactedContent } = content;
  if (typeof redactedContent === 'string')
    return { kind: 'reasoning', text: '', signature: null, redacted: redactedContent };
  const thought = isRecord(content['reasoningText']) ? content['reasoningText'] : content;
  const signature = string(thought['signature']);
  return {
    kind: 'reasoning',
    text: string(thought['text']) ?? '',
    signature: signature === '' ? null : signature,
    redacted: null,
  };
}

/** A text with the places in the client's documents that it comes from. */
function readCitedText(content: JsonRecord): Part | null {
  const pieces = Array.isArray(content['content']) ? content['content'].filter(isRecord) : [];
  const text = pieces.map((piece) => string(piece['text']) ?? '').join('');
  const citations = Array.isArray(content['citations']) ? content['citations'].filter(isRecord) : [];
  if (citations.length > 0) return { kind: 'text', text, extensions: { citations: citations.map(readCitation) } };
  return text === '' ? null : { kind: 'text', text };
}

/** With the address where other dialects have it, for pages that a search found. */
export function readCitation(citation: JsonRecord): Extensions {
  const location = isRecord(citation['location']) ? citation['location'] : {};
  const web = isRecord(location['web']) ? location['web'] : {};
  return typeof web['url'] === 'string' ? { ...citation, url: web['url'] } : citation;
}

export function readImage(image: JsonRecord): Part | null {
  const source = isRecord(image['source']) ? image['source'] : {};
  const data = source['bytes'];
  if (typeof data !== 'string') return null;
  const url = `data:image/${string(image['format']) ?? 'png'};base64,${data}`;
  return { kind: 'image', url, fileId: null, detail: null };
}

/** Claude says which sequence ended it, when its own fields are asked for. */
export function stopSequenceOf(wire: JsonRecord): string | null {
  const fields = wire['additionalModelResponseFields'];
  return isRecord(fields) ? string(fields['stop_sequence']) : null;
}

export function readServiceTier(wire: JsonRecord): string | null {
  const tier = wire['serviceTier'];
  return isRecord(tier) ? string(tier['type']) : null;
}

export function endExtensions(wire: JsonRecord): Extensions {
  const fields = wire['additionalModelResponseFields'];
  return isRecord(fields) ? { additionalModelResponseFields: fields } : {};
}

/** The trace of a guardrail is left out: it holds the text that the guardrail took out of the answer. */
export function answerExtensions(wire: JsonRecord): Extensions {
  const extensions: Record<string, unknown> = {};
  for (const name of ['metrics', 'performanceConfig']) if (isRecord(wire[name])) extensions[name] = wire[name];
  return extensions;
}

export function string(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
