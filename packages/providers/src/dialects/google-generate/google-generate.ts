import type { Dialect } from '../../dialect.js';
import { readGenerateAnswer } from '../../passthrough/read-generate-answer.js';
import { buildRequest } from './build-request.js';
import { parseCountRequest, parseRequest } from './parse-request.js';
import { readErrorResponse } from './read-error.js';
import { readResponse } from './read-response.js';
import { StreamReader } from './stream-reader.js';
import { StreamWriter } from './stream-writer.js';
import { writeErrorBody } from './write-error.js';
import { writeResponse } from './write-response.js';

/** Google's `generateContent`, of the Gemini API and of Vertex AI. */
export const googleGenerate: Dialect = {
  id: 'google-generate',
  parseRequest,
  writeResponse,
  streamWriter: (options) => new StreamWriter(options),
  writeError: writeErrorBody,
  heartbeat: ': ping\n\n',
  tokenCounting: {
    parseRequest: parseCountRequest,
    writeResponse: (inputTokens) => ({ totalTokens: inputTokens }),
  },
  buildRequest,
  readResponse,
  streamReader: () => new StreamReader(),
  readAnswer: readGenerateAnswer,
  readError: readErrorResponse,
};
