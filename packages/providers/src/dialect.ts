import type { Completion, Conversation, StreamPart } from './conversation.js';
import type { BuildRequestOptions } from './dialects/openai-chat/build-request.js';
import type { StreamWriterOptions } from './dialects/openai-chat/stream-writer.js';
import type { JsonRecord } from './json.js';
import type { RequestProblem } from './request-problem.js';

/** The wire formats that clients and providers speak. */
export type DialectId = 'openai-chat';

/** A wire format as six functions around the neutral conversation. All are pure and may be called again on a retry. */
export interface Dialect {
  readonly id: DialectId;
  /** From the client. */
  parseRequest(body: unknown): Conversation | RequestProblem;
  /** To the client. */
  writeResponse(completion: Completion): JsonRecord;
  streamWriter(options: StreamWriterOptions): { write(part: StreamPart): string };
  /** To the provider. */
  buildRequest(conversation: Conversation, options: BuildRequestOptions): JsonRecord;
  /** From the provider; `null` when the body is no answer of this dialect. */
  readResponse(body: unknown): Completion | null;
  streamReader(): { push(chunk: Buffer): readonly StreamPart[]; end(): readonly StreamPart[] };
}
