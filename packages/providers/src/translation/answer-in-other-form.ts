import { collectCompletion } from '../collect-completion.js';
import type { Completion } from '../conversation.js';
import type { AnswerOptions, ClientDialect, ProviderDialect, StreamWriterOptions } from '../dialect.js';
import { parseJson } from '../json.js';
import type { AnswerFacts } from '../passthrough/stream-forwarder.js';
import { completionParts } from './completion-parts.js';

interface Dialects {
  readonly upstream: ProviderDialect;
  readonly client: ClientDialect;
}

export interface AnswerInOtherForm {
  readonly facts: AnswerFacts;
  /** In the client's dialect; `null` where what came is no answer. */
  readonly body: Buffer | null;
}

/** A stream that came although none was asked for, as one answer. */
export function streamAsAnswer(
  received: Buffer,
  { upstream, client }: Dialects,
  options: AnswerOptions,
): AnswerInOtherForm {
  const reader = upstream.streamReader();
  const { completion, error, done } = collectCompletion([...reader.push(received), ...reader.end()]);
  const complete = done || completion.choices.some(({ finish }) => finish !== null);
  const facts = factsOf(completion, error === null && complete);
  const body = facts.valid ? Buffer.from(JSON.stringify(client.writeResponse(completion, options))) : null;
  return { facts: { ...facts, error }, body };
}

/** An answer that came as a whole although a stream was asked for, as all of its events, the final one apart. */
export function answerAsStream(
  received: Buffer,
  { upstream, client }: Dialects,
  options: StreamWriterOptions,
): { readonly events: Buffer; readonly doneFrame: Buffer } | null {
  const completion = upstream.readResponse(parseJson(received.toString()));
  if (completion === null || completion.choices.length === 0) return null;
  const writer = client.streamWriter(options);
  let events = '';
  let doneFrame = '';
  for (const part of completionParts(completion)) {
    if (part.kind === 'done') doneFrame += writer.write(part);
    else events += writer.write(part);
  }
  return { events: Buffer.from(events), doneFrame: Buffer.from(doneFrame) };
}

function factsOf(completion: Completion, valid: boolean): AnswerFacts {
  let deliveredCharacters = 0;
  for (const { parts } of completion.choices) {
    for (const part of parts) {
      if ('text' in part) deliveredCharacters += part.text.length;
      else if (part.kind === 'tool-call') deliveredCharacters += part.input.length;
    }
  }
  const { usage, model, serviceTier } = completion;
  return { valid, usage, servedModel: model === '' ? null : model, serviceTier, error: null, deliveredCharacters };
}
