import type { ProviderDialect } from '../../dialect.js';
import { buildRequest } from './build-request.js';
import { readAnswer } from './read-answer.js';
import { readErrorResponse } from './read-error.js';
import { readResponse } from './read-response.js';
import { StreamReader } from './stream-reader.js';

/** Converse and ConverseStream of Amazon Bedrock: one form for the models of all makers. */
export const bedrockConverse: ProviderDialect = {
  id: 'bedrock-converse',
  buildRequest,
  readResponse,
  streamReader: () => new StreamReader(),
  readAnswer,
  readError: readErrorResponse,
};
