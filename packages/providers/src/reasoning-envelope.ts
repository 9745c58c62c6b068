import type { ReasoningPart } from './conversation.js';
import type { DialectId } from './dialect-id.js';
import { isRecord, parseJson } from './json.js';
import { mayHideLetters } from './passthrough/may-exceed-its-bytes.js';

/** The base64 in which providers write their own proofs has no `_` so early. */
const MARK = 'tgr1_';
const QUOTED_MARK = Buffer.from(`"${MARK}`);
/** How such an envelope begins in base64, of which Google's proofs are: it seals a JSON object. */
const QUOTED_BYTES_MARK = Buffer.from(`"${Buffer.from(`${MARK}e`).toString('base64')}`);
const BETWEEN = '\n';

const DIALECTS: Readonly<Record<DialectId, true>> = {
  'openai-chat': true,
  'openai-responses': true,
  'openai-completions': true,
  'anthropic-messages': true,
  'google-generate': true,
  'bedrock-converse': true,
  'cohere-chat': true,
};

/**
 * The proof of thoughts in a form that a client of another dialect carries back unread, in the place that its own dialect
 * has for proofs. It says whose it is, so that it comes back to models of that dialect only. No secret and no promise: who
 * writes one himself has a proof that the provider refuses.
 *
 * @param text kept too, where clients may leave out what they were shown of it.
 */
export function sealReasoning(
  { signature, redacted }: Pick<ReasoningPart, 'signature' | 'redacted'>,
  provenBy: DialectId,
  text: string | null,
): string {
  const sealed = { provenBy, ...(text !== null && { text }), signature, ...(redacted !== null && { redacted }) };
  return MARK + Buffer.from(JSON.stringify(sealed)).toString('base64url');
}

/** What `sealReasoning` has sealed; `null` for what is no such envelope. `text` stands in for what was sealed without. */
export function openReasoning(envelope: string, text: string): ReasoningPart | null {
  if (!envelope.startsWith(MARK)) return null;
  const sealed = parseJson(Buffer.from(envelope.slice(MARK.length), 'base64url').toString());
  if (!isRecord(sealed)) return null;
  const { provenBy, signature = null, redacted = null } = sealed;
  if (typeof provenBy !== 'string' || !Object.hasOwn(DIALECTS, provenBy)) return null;
  if ((signature !== null && typeof signature !== 'string') || (redacted !== null && typeof redacted !== 'string')) {
    return null;
  }
  const own = typeof sealed['text'] === 'string' ? sealed['text'] : text;
  return { kind: 'reasoning', text: own, signature, redacted, provenBy: provenBy as DialectId };
}

/**
 * Thoughts in envelopes, as base64: Google's clients decode a proof and write it again, so that nothing else comes back.
 *
 * @param home the dialect of the answer in which they stand.
 */
export function sealAsBytes(thoughts: readonly ReasoningPart[], home: DialectId): string {
  const envelopes = thoughts.map((part) => sealReasoning(part, part.provenBy ?? home, part.text));
  return Buffer.from(envelopes.join(BETWEEN)).toString('base64');
}

/** What `sealAsBytes` has sealed; `null` for what is no such thing. */
export function openBytes(proof: string): readonly ReasoningPart[] | null {
  if (!proof.startsWith(QUOTED_BYTES_MARK.toString('latin1', 1))) return null;
  const envelopes = Buffer.from(proof, 'base64').toString('latin1').split(BETWEEN);
  return envelopes.flatMap((envelope) => openReasoning(envelope, '') ?? []);
}

/**
 * Whether a request in `memory[start..end)` may hold such an envelope. Providers refuse it as a proof of their own: it has
 * to be written anew, even for the client's own dialect, in which all other requests are passed on as they are.
 */
export function mayHoldSealedReasoning(memory: Buffer, start: number, end: number): boolean {
  const text = memory.subarray(start, end);
  return text.indexOf(QUOTED_MARK) >= 0 || text.indexOf(QUOTED_BYTES_MARK) >= 0 || mayHideLetters(text);
}
