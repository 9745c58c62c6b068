export {
  ChatStreamForwarder,
  type ChatStreamForwarderOptions,
  type StreamEnd,
} from './passthrough/chat-stream-forwarder.js';
export { type ChatCompletionFacts, readChatCompletion } from './passthrough/read-chat-completion.js';
export { type MaxOutputField, type ScannedChatRequest, scanChatRequest } from './passthrough/scan-chat-request.js';
export { type ChatRequestEdits, type SlabBody, spliceChatRequest } from './passthrough/splice-chat-request.js';
export { readUsage } from './dialects/openai-chat/read-usage.js';
export type { ReadUsage } from './reported-usage.js';
export { isRequestProblem, type RequestProblem } from './request-problem.js';
export type { UpstreamErrorFacts, UpstreamHeaders } from './upstream-error.js';
export type { ConnectionTest, DialectId, ProviderDeclaration, ProviderId } from './provider-declaration.js';
export { providerById, providers } from './providers/registry.js';
export { catalogue, catalogueModelOf } from './catalogue/catalogue.js';
export type { CatalogueModel, CataloguePrice } from './catalogue/catalogue-entries.js';
export {
  type SandboxEvent,
  type SandboxRequest,
  type SandboxResponse,
  simulateChat,
  simulateSandbox,
} from './providers/sandbox/simulate.js';
