import { collectCompletion } from '../../collect-completion.js';
import type { Completion } from '../../conversation.js';
import { isRecord, type JsonRecord } from '../../json.js';
import { AnswerReader } from './answer-reader.js';

/** Whether it is an answer: candidates, or why the prompt was blocked. */
export function isAnswer(body: unknown): body is JsonRecord {
  if (!isRecord(body) || (body['error'] !== undefined && body['error'] !== null)) return false;
  return Array.isArray(body['candidates']) || isRecord(body['promptFeedback']);
}

/** Reads an answer that was not streamed; `null` when it is none. It is read like a stream of one object. */
export function readResponse(body: unknown): Completion | null {
  if (!isAnswer(body)) return null;
  const reader = new AnswerReader();
  return collectCompletion([...reader.read(body), ...reader.end()]).completion;
}
