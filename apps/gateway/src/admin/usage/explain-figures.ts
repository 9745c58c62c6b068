import { UsageFiguresError } from '@tollgate/analytics';
import { ProblemError } from '../http/problem-error.js';

/** Where each part of the question stands in the request. */
const POINTERS: Readonly<Partial<Record<UsageFiguresError['field'], string>>> = {
  project: '/query/projectId',
  apiKey: '/query/apiKeyId',
  member: '/query/memberId',
  deployment: '/query/deploymentId',
};

/** Figures that cannot be had are the caller's to ask for otherwise. Every other error stays what it is. */
export function explainFigures(error: unknown): never {
  if (!(error instanceof UsageFiguresError)) throw error;
  throw new ProblemError('invalid-request', error.message, [
    { pointer: POINTERS[error.field] ?? `/query/${error.field}`, code: 'not_kept', message: error.message },
  ]);
}
