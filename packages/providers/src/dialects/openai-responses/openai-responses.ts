import type { Dialect } from '../../dialect.js';
import { readResponsesAnswer } from '../../passthrough/read-responses-answer.js';
import { readErrorResponse } from '../openai-chat/read-error.js';
import { writeErrorBody } from '../openai-chat/write-error.js';
import { buildRequest } from './build-request.js';
import { parseRequest } from './parse-request.js';
import { readResponse } from './read-response.js';
import { StreamReader } from './stream-reader.js';
import { StreamWriter } from './stream-writer.js';
import { writeResponse } from './write-response.js';

/** OpenAI's responses, without anything that the provider would have to keep. */
export const openaiResponses: Dialect = {
  id: 'openai-responses',
  parseRequest,
  writeResponse,
  streamWriter: (options) => new StreamWriter(options),
  writeError: writeErrorBody,
  heartbeat: ': ping\n\n',
  tokenCounting: null,
  buildRequest,
  readResponse,
  streamReader: () => new StreamReader(),
  readAnswer: readResponsesAnswer,
  readError: readErrorResponse,
};
