import {
  clientDialects,
  mayHoldSealedReasoning,
  readResponsesAnswer,
  responsesMayExceedTheirBytes,
  responsesSearchesBound,
  ResponsesStreamForwarder,
  scanResponsesRequest,
  writeErrorEvent,
} from '@tollgate/providers';

import { openAiErrorBody } from '../inference-error.js';
import type { ConversationSurface } from './surface.js';

const dialect = clientDialects['openai-responses'];

/** `POST /v1/responses`, without anything that a provider would keep. */
export const openAiResponses: ConversationSurface = {
  kind: 'conversation',
  dialect: 'openai-responses',
  counting: null,
  endpoint: 'responses',
  recordJson: '"endpoint":"responses","surface":"openai-responses"',
  requestIdHeader: null,
  heartbeat: Buffer.from(dialect.heartbeat),
  requestHeaders: (upstream) => upstream,
  scan: ({ memory, start, end }) => scanResponsesRequest(memory, start, end),
  isWrittenAnew: ({ memory, start, end }) => mayHoldSealedReasoning(memory, start, end),
  mayExceedItsBytes: ({ memory, start, end }) => responsesMayExceedTheirBytes(memory, start, end),
  contextWindow: (usual) => usual,
  searchesBound: ({ memory, start, end }) => responsesSearchesBound(memory, start, end),
  forwarder: (_withholdUsage, sink) => new ResponsesStreamForwarder(sink),
  readAnswer: readResponsesAnswer,
  errorBody: openAiErrorBody,
  errorFrame: (error) => Buffer.from(writeErrorEvent(error)),
};
