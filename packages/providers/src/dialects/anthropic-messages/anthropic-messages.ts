import type { Dialect } from '../../dialect.js';
import { readMessagesAnswer } from '../../passthrough/read-messages-answer.js';
import { buildRequest } from './build-request.js';
import { parseCountRequest, parseRequest } from './parse-request.js';
import { readErrorResponse } from './read-error.js';
import { readResponse } from './read-response.js';
import { StreamReader } from './stream-reader.js';
import { StreamWriter } from './stream-writer.js';
import { writeErrorBody } from './write-error.js';
import { writeResponse } from './write-response.js';

/** Anthropic's messages, and what several vendors offer for coding agents. */
export const anthropicMessages: Dialect = {
  id: 'anthropic-messages',
  parseRequest,
  writeResponse,
  streamWriter: (options) => new StreamWriter(options),
  writeError: writeErrorBody,
  heartbeat: 'event: ping\ndata: {"type": "ping"}\n\n',
  tokenCounting: {
    parseRequest: parseCountRequest,
    writeResponse: (inputTokens) => ({ input_tokens: inputTokens }),
  },
  buildRequest,
  readResponse,
  streamReader: () => new StreamReader(),
  readAnswer: readMessagesAnswer,
  readError: readErrorResponse,
};
