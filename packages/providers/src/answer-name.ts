import type { AnswerOptions } from './dialect.js';

export interface AnswerName {
  readonly id: string;
  readonly model: string;
}

const KIND_OF_ID = /^[a-z]+_/;

/**
 * Who answers, as the provider says it. Some do not (Converse says neither, Cohere no model): their answers are named after
 * our request and the model that was asked for, since clients file answers under their ids, and some break without a model.
 *
 * @param prefix by which the client's dialect knows the ids of its answers.
 */
export function answerName({ id, model }: AnswerName, options: Partial<AnswerOptions>, prefix: string): AnswerName {
  const { requestId = '', requestedModel = '' } = options;
  const ours = requestId === '' ? '' : prefix + requestId.replace(KIND_OF_ID, '').replaceAll('-', '');
  return { id: id === '' ? ours : id, model: model === '' ? requestedModel : model };
}
