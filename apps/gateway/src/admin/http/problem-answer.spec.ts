import { expect, test } from '@jest/globals';
import { toProblemError } from './problem-answer.js';
import { ProblemError } from './problem-error.js';

const failure = (fields: object, message = 'secret detail'): Error => Object.assign(new Error(message), fields);

test.each([
  [new ProblemError('conflict', 'why'), 'conflict'],
  [failure({ statusCode: 413 }), 'too-large'],
  [failure({ statusCode: 415 }), 'unsupported-media-type'],
  [failure({ statusCode: 408 }), 'too-slow'],
  [failure({ statusCode: 400, code: 'FST_ERR_CTP_EMPTY_JSON_BODY' }), 'invalid-json'],
  [Object.assign(new SyntaxError('at 1'), { statusCode: 400 }), 'invalid-json'],
  [failure({ statusCode: 400, code: 'FST_ERR_BAD_URL' }), 'invalid-url'],
  [failure({ statusCode: 400, code: 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' }), 'invalid-request'],
  [failure({ code: 'ECONNREFUSED' }), 'unavailable'],
  [failure({ code: '57P01' }), 'unavailable'],
  [failure({}, 'timeout exceeded when trying to connect'), 'unavailable'],
  [new AggregateError([failure({ code: 'ECONNREFUSED' })]), 'unavailable'],
  [failure({ code: '22P02' }), 'internal'],
  ['a string', 'internal'],
  [undefined, 'internal'],
])('%s', (error, code) => {
  const problem = toProblemError(error);
  expect(problem.code).toBe(code);
  expect(problem.message).not.toContain('secret');
});
