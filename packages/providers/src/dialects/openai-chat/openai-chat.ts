import type { Dialect } from '../../dialect.js';
import { readChatCompletion } from '../../passthrough/read-chat-completion.js';
import { buildRequest } from './build-request.js';
import { parseRequest } from './parse-request.js';
import { readErrorResponse } from './read-error.js';
import { readResponse } from './read-response.js';
import { StreamReader } from './stream-reader.js';
import { StreamWriter } from './stream-writer.js';
import { writeErrorBody } from './write-error.js';
import { writeResponse } from './write-response.js';

/** OpenAI's chat completions, and what most engines and many vendors speak. */
export const openaiChat: Dialect = {
  id: 'openai-chat',
  parseRequest,
  writeResponse,
  streamWriter: (options) => new StreamWriter(options),
  writeError: writeErrorBody,
  heartbeat: ': ping\n\n',
  tokenCounting: null,
  buildRequest,
  readResponse,
  streamReader: () => new StreamReader(),
  readAnswer: readChatCompletion,
  readError: readErrorResponse,
};
