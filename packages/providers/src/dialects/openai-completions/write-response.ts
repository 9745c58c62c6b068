import { answerName } from '../../answer-name.js';
import type { Choice, Completion } from '../../conversation.js';
import type { AnswerOptions } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';
import { writeUsage } from '../openai-chat/write-usage.js';
import { finishReason, writeLogprobs } from './write-choice.js';

/** Of the ids of completions. */
export const ID_PREFIX = 'cmpl-';

/** Writes an answer that is not streamed: its text alone, which is all that completions have. */
export function writeResponse(completion: Completion, options: AnswerOptions): JsonRecord {
  const { id, model } = answerName(completion, options, ID_PREFIX);
  return {
    id,
    object: 'text_completion',
    created: completion.created === 0 ? options.createdAt : completion.created,
    model,
    choices: completion.choices.map(writeChoice),
    ...(completion.usage !== null && { usage: writeUsage(completion.usage) }),
  };
}

function writeChoice({ index, parts, finish, logprobs }: Choice): JsonRecord {
  let text = '';
  for (const part of parts) {
    if (part.kind === 'text' || part.kind === 'refusal') text += part.text;
    else if (part.kind === 'audio') text += part.transcript ?? '';
  }
  return { text, index, logprobs: writeLogprobs(logprobs), finish_reason: finishReason(finish) };
}
