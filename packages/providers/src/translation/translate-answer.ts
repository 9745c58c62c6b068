import type { Completion } from '../conversation.js';
import type { AnswerOptions, ClientDialect, ProviderDialect } from '../dialect.js';
import { parseJson } from '../json.js';
import type { AnswerFacts } from '../passthrough/stream-forwarder.js';

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
  { upstream, client }: { readonly upstream: ProviderDialect; readonly client: ClientDialect },
  options: AnswerOptions,
): TranslatedAnswer {
  const facts = upstream.readAnswer(received);
  if (!facts.valid) return { facts, body: received, completion: null };
  const completion = upstream.readResponse(parseJson(received.toString()));
  if (completion === null) return { facts: { ...facts, valid: false }, body: received, completion };
  const body = Buffer.from(JSON.stringify(client.writeResponse(completion, options)));
  return { facts, body, completion };
}
