import { answerName } from '../../answer-name.js';
import type { AnswerOptions } from '../../dialect.js';
import type { Choice, Completion } from '../../conversation.js';
import type { DialectId } from '../../dialect-id.js';
import type { JsonRecord } from '../../json.js';
import { annotationsOf } from '../openai-chat/write-annotations.js';
import { writeFinishReason } from './finish-reasons.js';
import { writeLogprobs } from './logprobs.js';
import { writeGrounding } from './read-grounding.js';
import { writeParts } from './write-parts.js';
import { writeUsage } from './write-usage.js';

const DIALECT = 'google-generate';

/** Writes an answer that is not streamed. */
export function writeResponse(completion: Completion, options: AnswerOptions): JsonRecord {
  // Google's ids have no prefix
  const { id, model } = answerName(completion, options, '');
  const own = completion.dialect === DIALECT;
  const created = completion.created === 0 ? options.createdAt : completion.created;
  return {
    ...(own && completion.extensions),
    candidates: completion.choices.map((choice) => writeCandidate(choice, completion.dialect)),
    ...(completion.usage !== null && { usageMetadata: writeUsage(completion.usage, completion.serviceTier) }),
    modelVersion: model,
    createTime: writeTime(created),
    responseId: id,
  };
}

function writeCandidate(choice: Choice, dialect: DialectId): JsonRecord {
  const own = dialect === DIALECT;
  const { index, parts, finish, logprobs } = choice;
  const content = { role: 'model', parts: writeParts(parts, dialect) };
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  const grounding = own ? null : writeGrounding([...choice.annotations, ...annotationsOf(parts)], text);
  return {
    content,
    finishReason: writeFinishReason(finish ?? 'stop'),
    index,
    ...(logprobs !== null && { logprobsResult: writeLogprobs(logprobs) }),
    ...(grounding !== null && { groundingMetadata: grounding }),
    ...(own && choice.extensions),
  };
}

/** As protobuf writes times. */
export function writeTime(unixSeconds: number): string {
  const ms = unixSeconds * 1000;
  return new Date(Math.abs(ms) <= 8.64e15 ? ms : 0).toISOString();
}
