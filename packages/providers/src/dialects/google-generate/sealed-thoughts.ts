import type { Message, Part, ReasoningPart } from '../../conversation.js';
import type { DialectId } from '../../dialect-id.js';
import { openBytes, sealAsBytes } from '../../reasoning-envelope.js';

/**
 * Thoughts of another dialect's model on their way through a client of Google's. Such clients give back the proof of a call,
 * and some of them nothing of the thoughts that they were shown, so that the call carries all that was thought before it.
 */
export function carriedByCalls(parts: readonly Part[], home: DialectId): readonly Part[] {
  const written: Part[] = [];
  let thoughts: ReasoningPart[] = [];
  for (const part of parts) {
    if (part.kind === 'reasoning') {
      thoughts.push(part);
      if (part.text !== '') written.push({ kind: 'reasoning', text: part.text, signature: null, redacted: null });
      continue;
    }
    if (part.kind === 'tool-call' && thoughts.length > 0) {
      written.push(proofOf(thoughts, home));
      thoughts = [];
    }
    written.push(part);
  }
  return written;
}

/** What the next call carries. */
export function proofOf(thoughts: readonly ReasoningPart[], home: DialectId): ReasoningPart {
  return { kind: 'reasoning', text: '', signature: sealAsBytes(thoughts, home), redacted: null };
}

/** What a call brings back; `null` for a proof of Google's own. */
export function carriedBack(proof: string | null): readonly ReasoningPart[] | null {
  return proof === null ? null : openBytes(proof);
}

/**
 * Puts thoughts that calls have brought back where they were: those of the first call of an answer lead it, others stand
 * before their call. What clients were shown of them is there twice then, and goes.
 */
export function restoreThoughts(messages: readonly Message[]): readonly Message[] {
  if (!messages.some(({ parts }) => parts.some(isCarried))) return messages;
  const restored: Message[] = [];
  for (let at = 0; at < messages.length;) {
    const end = messages.findIndex(({ role }, i) => i > at && role !== messages[at]?.role);
    const answer = messages.slice(at, end === -1 ? messages.length : end);
    restored.push(...(answer.some(({ parts }) => parts.some(isCarried)) ? restoreAnswer(answer) : answer));
    at += answer.length;
  }
  return restored;
}

/** The messages of one answer: streams are sent back as one for each of their pieces. */
function restoreAnswer(answer: readonly Message[]): readonly Message[] {
  const leading: Part[] = [];
  let calls = 0;
  const others = answer.map((message) => {
    const parts: Part[] = [];
    for (const part of message.parts) {
      if (part.kind === 'tool-call') calls++;
      if (part.kind !== 'reasoning') parts.push(part);
      else if (isCarried(part)) (calls === 0 ? leading : parts).push(part);
      else if (part.signature !== null) parts.push(part);
    }
    return { ...message, parts };
  });
  const [first, ...rest] = others;
  if (first === undefined) return others;
  return [{ ...first, parts: [...leading, ...first.parts] }, ...rest].filter(({ parts }) => parts.length > 0);
}

function isCarried(part: Part): boolean {
  return part.kind === 'reasoning' && part.provenBy !== undefined;
}
