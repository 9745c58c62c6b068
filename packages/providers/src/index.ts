export {
  ChatStreamForwarder,
  type ChatStreamForwarderOptions,
  type StreamEnd,
} from './passthrough/chat-stream-forwarder.js';
export { type ChatCompletionFacts, readChatCompletion } from './passthrough/read-chat-completion.js';
export { type MaxOutputField, type ScannedChatRequest, scanChatRequest } from './passthrough/scan-chat-request.js';
export { type ChatRequestEdits, type SlabBody, spliceChatRequest } from './passthrough/splice-chat-request.js';
export { type ReadUsage, readUsage } from './dialects/openai-chat/read-usage.js';
export { isRequestProblem, type RequestProblem } from './request-problem.js';
export type { UpstreamErrorFacts } from './upstream-error.js';
export type { ConnectionTest, DialectId, ProviderDeclaration, ProviderId } from './provider-declaration.js';
export { providerById, providers } from './providers/registry.js';
export type { UpstreamHeaders } from './dialects/openai-chat/read-error.js';
