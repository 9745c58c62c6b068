import type { ProviderDialect } from '../../dialect.js';
import { buildRequest } from './build-request.js';
import { readAnswer } from './read-answer.js';
import { readErrorResponse } from './read-error.js';
import { readResponse } from './read-response.js';
import { StreamReader } from './stream-reader.js';

/** Cohere's chat, version 2. */
export const cohereChat: ProviderDialect = {
  id: 'cohere-chat',
  buildRequest,
  readResponse,
  streamReader: () => new StreamReader(),
  readAnswer,
  readError: readErrorResponse,
};
