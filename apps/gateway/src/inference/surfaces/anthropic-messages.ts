import {
  clientDialects,
  mayHoldSealedReasoning,
  messagesMayExceedTheirBytes,
  messagesSearchesBound,
  MessagesStreamForwarder,
  readMessagesAnswer,
  scanCountTokensRequest,
  scanMessagesRequest,
} from '@tollgate/providers';
import type { IncomingMessage } from 'node:http';

import type { InferenceError } from '../inference-error.js';
import type { CountingSurface } from './surface.js';

const dialect = clientDialects['anthropic-messages'];

/** Headers of the client that are part of the dialect, and go with a request that is passed on. */
const DIALECT_HEADERS = ['anthropic-version', 'anthropic-beta'] as const;

/** `POST /v1/messages`. */
export const anthropicMessages: CountingSurface = {
  kind: 'conversation',
  dialect: 'anthropic-messages',
  counting: {
    scan: ({ memory, start, end }) => scanCountTokensRequest(memory, start, end),
    field: 'input_tokens',
  },
  endpoint: 'messages',
  recordJson: '"endpoint":"messages","surface":"anthropic-messages"',
  requestIdHeader: 'request-id',
  heartbeat: Buffer.from(dialect.heartbeat),
  requestHeaders: withDialectHeaders,
  scan: ({ memory, start, end }) => scanMessagesRequest(memory, start, end),
  isWrittenAnew: ({ memory, start, end }) => mayHoldSealedReasoning(memory, start, end),
  mayExceedItsBytes: ({ memory, start, end }) => messagesMayExceedTheirBytes(memory, start, end),
  contextWindow,
  searchesBound: ({ memory, start, end }) => messagesSearchesBound(memory, start, end),
  forwarder: (_withholdUsage, sink) => new MessagesStreamForwarder(sink),
  readAnswer: readMessagesAnswer,
  errorBody,
  errorFrame: (error, requestId) => Buffer.from(`event: error\ndata: ${errorBody(error, requestId)}\n\n`),
};

const LONG_CONTEXT_BETA = /\bcontext-1m-/;
const LONG_CONTEXT_TOKENS = 1_000_000;

function contextWindow(usual: number, { headers }: IncomingMessage): number {
  const beta = headers['anthropic-beta'];
  return typeof beta === 'string' && LONG_CONTEXT_BETA.test(beta) ? Math.max(usual, LONG_CONTEXT_TOKENS) : usual;
}

/** The upstream's own headers, with what the client says of its dialect instead of what the provider's declaration does. */
function withDialectHeaders(upstream: readonly string[], { headers }: IncomingMessage): readonly string[] {
  const given: string[] = [];
  for (const name of DIALECT_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') given.push(name, value);
  }
  if (given.length === 0) return upstream;
  const kept = upstream.filter((_text, i) => {
    const name = upstream[i - (i % 2)];
    return name !== given[0] && name !== given[2];
  });
  return [...kept, ...given];
}

/** The error in the shape that Anthropic's SDKs read; `tollgate` adds what that has no place for. */
function errorBody(error: InferenceError, requestId: string): string {
  const { code, message, param, refusal } = error;
  const body = dialect.writeError({ code, message, param, requestId });
  const written = body['error'] as Readonly<Record<string, unknown>>;
  const tollgate = { code, requestId, param, ...(refusal === null ? {} : { refusal }) };
  return JSON.stringify({ ...body, error: { ...written, tollgate } });
}
