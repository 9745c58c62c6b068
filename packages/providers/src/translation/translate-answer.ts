import type { Completion } from '../conversation.js';
import type { AnswerOptions, Dialect } from '../dialect.js';
import type { DialectId } from '../dialect-id.js';
import { parseJson } from '../json.js';
import { readChatCompletion } from '../passthrough/read-chat-completion.js';
import { readMessagesAnswer } from '../passthrough/read-messages-answer.js';
import type { AnswerFacts } from '../passthrough/stream-forwarder.js';

const READERS: Readonly<Record<DialectId, (body: Buffer) => AnswerFacts>> = {
  'openai-chat': readChatCompletion,
  'anthropic-messages': readMessagesAnswer,
};

export interface TranslatedAnswer {
  /** As the upstream's own dialect tells them. */
  readonly facts: AnswerFacts;
  /** In the client's dialect; what came in where that is no answer. */
  readonly body: Buffer;
  readonly completion: Completion | null;
}

/** Turns an upstream's whole answer into the client's dialect. */
export function translateAnswer(
  received: Buffer,
  { upstream, client }: { readonly upstream: Dialect; readonly client: Dialect },
  options: AnswerOptions,
): TranslatedAnswer {
  const facts = READERS[upstream.id](received);
  if (!facts.valid) return { facts, body: received, completion: null };
  const completion = upstream.readResponse(parseJson(received.toString()));
  if (completion === null) return { facts: { ...facts, valid: false }, body: received, completion };
  const body = Buffer.from(JSON.stringify(client.writeResponse(completion, options)));
  return { facts, body, completion };
}
