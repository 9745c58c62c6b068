// The hot path: the same dialect on both sides.
export {
  ChatStreamForwarder,
  type ChatStreamForwarderOptions,
  type StreamEnd,
} from './passthrough/chat-stream-forwarder.js';
export { mayExceedItsBytes } from './passthrough/may-exceed-its-bytes.js';
export { type ChatCompletionFacts, readChatCompletion } from './passthrough/read-chat-completion.js';
export { type MaxOutputField, type ScannedChatRequest, scanChatRequest } from './passthrough/scan-chat-request.js';
export { type ChatRequestEdits, type SlabBody, spliceChatRequest } from './passthrough/splice-chat-request.js';
export type { ReadUsage } from './reported-usage.js';
export { isRequestProblem, type RequestProblem } from './request-problem.js';
export type { UpstreamErrorFacts, UpstreamHeaders } from './upstream-error.js';

// The hub: one dialect to another.
export { type CollectedStream, collectCompletion } from './collect-completion.js';
export type * from './conversation.js';
export type { Dialect, DialectId } from './dialect.js';
export { dialects } from './dialects/registry.js';

export type { ConnectionTest, ProviderDeclaration, ProviderId } from './provider-declaration.js';
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
