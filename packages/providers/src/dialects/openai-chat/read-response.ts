import type { Choice, Completion, Part, ToolCallPart } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { baseRespError } from './base-resp.js';
import { readFinishReason } from './finish-reasons.js';
import {
  answerExtensions,
  choiceExtensions,
  readAudio,
  readImages,
  readLogprobs,
  readText,
  records,
  string,
} from './read-answer-fields.js';
import { readUsage } from './read-usage.js';

/** Reads an answer that was not streamed; `null` when it is no chat completion. */
export function readResponse(body: unknown): Completion | null {
  if (!isRecord(body) || !Array.isArray(body['choices']) || baseRespError(body) !== null) return null;
  return {
    dialect: 'openai-chat',
    id: string(body['id']) ?? '',
    model: string(body['model']) ?? '',
    created: typeof body['created'] === 'number' ? Math.floor(body['created']) : 0,
    choices: records(body['choices']).map(readChoice),
    usage: readUsage(body['usage']),
    serviceTier: string(body['service_tier']),
    extensions: answerExtensions(body),
  };
}

function readChoice(choice: JsonRecord, position: number): Choice {
  const message = isRecord(choice['message']) ? choice['message'] : {};
  return {
    index: typeof choice['index'] === 'number' ? choice['index'] : position,
    parts: readParts(message),
    finish: readFinishReason(choice['finish_reason']),
    stopSequence: null,
    annotations: Array.isArray(message['annotations']) ? (message['annotations'] as readonly unknown[]) : [],
    logprobs: readLogprobs(choice['logprobs']),
    extensions: choiceExtensions(choice, message),
  };
}

function readParts(message: JsonRecord): readonly Part[] {
  const parts: Part[] = [];
  const { text, reasoning, signature } = readText(message);
  if (reasoning !== '' || signature !== null)
    parts.push({ kind: 'reasoning', text: reasoning, signature, redacted: null });
  if (text !== '') parts.push({ kind: 'text', text });
  const refusal = string(message['refusal']);
  if (refusal !== null && refusal !== '') parts.push({ kind: 'refusal', text: refusal });
  for (const image of readImages(message)) parts.push(image);
  const audio = readAudio(message['audio']);
  if (audio !== null) parts.push(audio);
  for (const call of records(message['tool_calls'])) parts.push(readToolCall(call));
  if (isRecord(message['function_call'])) parts.push(readToolCall({ id: '', function: message['function_call'] }));
  return parts;
}

function readToolCall(wire: JsonRecord): ToolCallPart {
  const custom = isRecord(wire['custom']);
  const call = isRecord(wire['custom']) ? wire['custom'] : isRecord(wire['function']) ? wire['function'] : {};
  return {
    kind: 'tool-call',
    id: string(wire['id']) ?? '',
    name: string(call['name']) ?? '',
    input: toolInput(call[custom ? 'input' : 'arguments']),
    custom,
  };
}

/** Some servers send arguments as an object instead of its text. */
export function toolInput(wire: unknown): string {
  if (typeof wire === 'string') return wire;
  return wire === undefined || wire === null ? '' : JSON.stringify(wire);
}
