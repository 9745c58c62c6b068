import type { Dialect, DialectId } from '../dialect.js';
import { buildRequest } from './openai-chat/build-request.js';
import { parseRequest } from './openai-chat/parse-request.js';
import { readResponse } from './openai-chat/read-response.js';
import { StreamReader } from './openai-chat/stream-reader.js';
import { StreamWriter } from './openai-chat/stream-writer.js';
import { writeResponse } from './openai-chat/write-response.js';

const openaiChat: Dialect = {
  id: 'openai-chat',
  parseRequest,
  writeResponse,
  streamWriter: (options) => new StreamWriter(options),
  buildRequest,
  readResponse,
  streamReader: () => new StreamReader(),
};

/** Every dialect of this version. */
export const dialects: Readonly<Record<DialectId, Dialect>> = { 'openai-chat': openaiChat };
