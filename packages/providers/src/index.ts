// The hot path: the same dialect on both sides.
export { ChatStreamForwarder } from './passthrough/chat-stream-forwarder.js';
export { GenerateStreamForwarder } from './passthrough/generate-stream-forwarder.js';
export { generateMayExceedItsBytes, generateSearchesBound } from './passthrough/generate-tools.js';
export {
  mayExceedItsBytes,
  messagesMayExceedTheirBytes,
  responsesMayExceedTheirBytes,
} from './passthrough/may-exceed-its-bytes.js';
export { messagesSearchesBound } from './passthrough/messages-searches.js';
export { MessagesStreamForwarder } from './passthrough/messages-stream-forwarder.js';
export { readChatCompletion } from './passthrough/read-chat-completion.js';
export { readGenerateAnswer } from './passthrough/read-generate-answer.js';
export { readMessagesAnswer } from './passthrough/read-messages-answer.js';
export { readResponsesAnswer } from './passthrough/read-responses-answer.js';
export { responsesSearchesBound } from './passthrough/responses-tools.js';
export { ResponsesStreamForwarder } from './passthrough/responses-stream-forwarder.js';
export { scanChatRequest } from './passthrough/scan-chat-request.js';
export { scanCompletionsRequest } from './passthrough/scan-completions-request.js';
export { scanGenerateRequest } from './passthrough/scan-generate-request.js';
export { scanCountTokensRequest, scanMessagesRequest } from './passthrough/scan-messages-request.js';
export { scanResponsesRequest } from './passthrough/scan-responses-request.js';
export type { MaxOutputField, ScannedRequest } from './passthrough/scanned-request.js';
export { type RequestEdits, restoreRequest, spliceRequest } from './passthrough/splice-request.js';
export type { AnswerFacts, StreamEnd, StreamForwarder } from './passthrough/stream-forwarder.js';
export type { ReadUsage } from './reported-usage.js';
export { isRequestProblem, type RequestProblem } from './request-problem.js';
export type { UpstreamErrorFacts, UpstreamHeaders } from './upstream-error.js';

// The hub: one dialect to another.
export { type CollectedStream, collectCompletion } from './collect-completion.js';
export type * from './conversation.js';
export { isContentPart } from './content-parts.js';
export { estimateInputTokens } from './estimate-input-tokens.js';
export {
  attachReasoning,
  keepFromCompletion,
  type KeptReasoning,
  ReasoningCollector,
  reasoningLookups,
} from './reasoning-attachment.js';
export { openAiErrorCode } from './dialects/openai-chat/write-error.js';
export { mayHoldSealedReasoning } from './reasoning-envelope.js';
export type {
  AnswerOptions,
  BuiltRequest,
  ClientDialect,
  Dialect,
  ProviderDialect,
  RequestAddress,
  StreamReader,
  StreamWriter,
  StreamWriterOptions,
  TokenCounting,
  WritableError,
} from './dialect.js';
export type { ClientDialectId, DialectId, ProviderDialectId } from './dialect-id.js';
export {
  droppedParameters,
  type Inexpressible,
  type LeavingOut,
  refusalOf,
  type UnsupportedParameters,
} from './inexpressible.js';
export type { TargetModel, ThinkingControl, ThinkingSwitch } from './target-model.js';
export { writeErrorEvent } from './dialects/openai-responses/write-error.js';
export { clientDialects, providerDialectOf, providerDialects, providerErrorReader } from './dialects/registry.js';
export { JsonArrayFraming } from './dialects/google-generate/json-array-framing.js';
export { isRecord, type JsonRecord, parseJson } from './json.js';
export { parseConversation } from './translation/parse-conversation.js';
export { StreamTranslator } from './translation/stream-translator.js';
export { type AnswerInOtherForm, answerAsStream, streamAsAnswer } from './translation/answer-in-other-form.js';
export { translateAnswer } from './translation/translate-answer.js';

export {
  type Authentication,
  type ConnectionTest,
  connectionTestUrl,
  endpointFor,
  needsSecret,
  type OfferedModel,
  type ProviderDeclaration,
  type ProviderEndpoint,
  type ProviderEnvironment,
  providerHeaders,
} from './provider-declaration.js';
export type { ProviderId } from './provider-id.js';
export { providerById, providers } from './providers/registry.js';

export { catalogue, catalogueModelOf } from './catalogue/catalogue.js';
export type { CatalogueModel, CataloguePrice } from './catalogue/catalogue-entries.js';

export type { SandboxEvent, SandboxResponse } from './providers/sandbox/sandbox-response.js';
export { type SandboxRequest, simulateChat, simulateSandbox } from './providers/sandbox/simulate.js';

// Operations other than conversation.
export type * from './operation-dialect.js';
export * from './operations/registry.js';

// What operators paste as the secret of a credential.
export { type AwsCredential, parseAwsCredential } from './credentials/aws-credential.js';
export { type AzureCredential, parseAzureCredential } from './credentials/azure-credential.js';
export { type CredentialProblem, isCredentialProblem } from './credentials/credential-problem.js';
export { secretProblem } from './credentials/secret-problem.js';
export { type GoogleCredential, parseGoogleCredential, tenantProblem } from './credentials/google-credential.js';
