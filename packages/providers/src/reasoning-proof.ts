import type { Conversation, Message, ReasoningPart } from './conversation.js';
import type { DialectId } from './dialect-id.js';
import { startOfLoop } from './running-loop.js';

type Proof = Pick<ReasoningPart, 'signature' | 'redacted' | 'provenBy'>;

/**
 * Whether models behind `taker` take the thought back. Anthropic's signatures hold on every platform that runs Claude
 * (platform.claude.com/docs/en/build-with-claude/extended-thinking, "signature"), and on Bedrock nobody else signs; of
 * thoughts that only the provider can read, nobody says so.
 *
 * @param home the dialect of the conversation or the answer in which the thought stands.
 */
export function isProvenTo(taker: DialectId, { signature, redacted, provenBy }: Proof, home: DialectId): boolean {
  if (signature === null && redacted === null) return false;
  const prover = provenBy ?? home;
  return redacted === null ? signedLike(prover) === signedLike(taker) : prover === taker;
}

function signedLike(dialect: DialectId): DialectId {
  return dialect === 'bedrock-converse' ? 'anthropic-messages' : dialect;
}

/**
 * Whether the running tool loop began without a thought that models behind `taker` take back: those that insist on one
 * cannot think in this turn. What a client of their own dialect sends is left to them, as far as all of it reaches them.
 */
export function loopLacksProof({ dialect, messages, reasoning }: Conversation, taker: DialectId): boolean {
  if (reasoning.lost) return true;
  const first = messages.slice(startOfLoop(messages)).find(callsTools);
  if (first === undefined) return false;
  const thoughts = first.parts.filter((part) => part.kind === 'reasoning');
  if (thoughts.some((part) => isProvenTo(taker, part, dialect))) return false;
  return dialect !== taker || thoughts.some(({ provenBy }) => provenBy !== undefined);
}

function callsTools({ role, parts }: Message): boolean {
  return role === 'assistant' && parts.some((part) => part.kind === 'tool-call');
}
