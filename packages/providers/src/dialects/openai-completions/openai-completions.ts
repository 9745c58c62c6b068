import type { ClientDialect } from '../../dialect.js';
import { writeErrorBody } from '../openai-chat/write-error.js';
import { parseRequest } from './parse-request.js';
import { StreamWriter } from './stream-writer.js';
import { writeResponse } from './write-response.js';

/** OpenAI's legacy completions, as a client's dialect only: nothing is translated into them. */
export const openaiCompletions: ClientDialect = {
  id: 'openai-completions',
  parseRequest,
  writeResponse,
  streamWriter: (options) => new StreamWriter(options),
  writeError: writeErrorBody,
  heartbeat: ': ping\n\n',
  tokenCounting: null,
};
