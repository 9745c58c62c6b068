import { ChatStreamForwarder, clientDialects, readChatCompletion, scanCompletionsRequest } from '@tollgate/providers';

import { openAiErrorBody, openAiErrorFrame } from '../inference-error.js';
import type { ConversationSurface } from './surface.js';

/** `POST /v1/completions`, of which OpenAI says "legacy". */
export const openAiCompletions: ConversationSurface = {
  kind: 'conversation',
  dialect: 'openai-completions',
  counting: null,
  endpoint: 'completions',
  recordJson: '"endpoint":"completions","surface":"openai-completions"',
  requestIdHeader: null,
  heartbeat: Buffer.from(clientDialects['openai-completions'].heartbeat),
  requestHeaders: (upstream) => upstream,
  scan: ({ memory, start, end }) => scanCompletionsRequest(memory, start, end),
  isWrittenAnew: () => false,
  // a prompt is text, or tokens that take more than a byte each
  mayExceedItsBytes: () => false,
  contextWindow: (usual) => usual,
  searchesBound: () => 0,
  forwarder: (withholdUsage, sink) => new ChatStreamForwarder({ withholdUsage }, sink),
  readAnswer: readChatCompletion,
  errorBody: openAiErrorBody,
  errorFrame: openAiErrorFrame,
};
