import { ChatStreamForwarder, mayExceedItsBytes, readChatCompletion, scanChatRequest } from '@tollgate/providers';

import { openAiErrorBody, openAiErrorFrame } from '../inference-error.js';
import type { ConversationSurface } from './surface.js';

/** `POST /v1/chat/completions`. */
export const openAiChat: ConversationSurface = {
  kind: 'conversation',
  dialect: 'openai-chat',
  counting: null,
  endpoint: 'chat-completions',
  recordJson: '"endpoint":"chat-completions","surface":"openai-chat"',
  requestIdHeader: null,
  heartbeat: Buffer.from(': waiting for the provider\n\n'),
  requestHeaders: (upstream) => upstream,
  scan: ({ memory, start, end }) => scanChatRequest(memory, start, end),
  isWrittenAnew: () => false,
  mayExceedItsBytes: ({ memory, start, end }) => mayExceedItsBytes(memory, start, end),
  contextWindow: (usual) => usual,
  // the models that search do so once for each answer, whatever the request says
  searchesBound: () => 0,
  forwarder: (withholdUsage, sink) => new ChatStreamForwarder({ withholdUsage }, sink),
  readAnswer: readChatCompletion,
  errorBody: openAiErrorBody,
  errorFrame: openAiErrorFrame,
};
