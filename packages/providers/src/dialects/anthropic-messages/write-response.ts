import { answerName } from '../../answer-name.js';
import type { Choice, Completion, Part, ReasoningPart } from '../../conversation.js';
import type { AnswerOptions } from '../../dialect.js';
import type { DialectId } from '../../dialect-id.js';
import type { JsonRecord } from '../../json.js';
import { sealReasoning } from '../../reasoning-envelope.js';
import { isProvenTo } from '../../reasoning-proof.js';
import { surelyToolCallId } from '../../tool-call-ids.js';
import { toolInput } from './tool-input.js';
import { writeStopReason } from './stop-reasons.js';
import { writeUsage } from './write-usage.js';

const DIALECT = 'anthropic-messages';

/** Of the ids of messages. */
export const ID_PREFIX = 'msg_';

/** Writes an answer that is not streamed. A message holds one choice: requests of this dialect never ask for more. */
export function writeResponse(completion: Completion, options: Partial<AnswerOptions> = {}): JsonRecord {
  const { id, model } = answerName(completion, options, ID_PREFIX);
  const own = completion.dialect === DIALECT;
  const [choice] = completion.choices;
  const parts = choice?.parts ?? [];
  return {
    ...(own && completion.extensions),
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: parts.flatMap((part) => writeBlock(part, completion.dialect)),
    stop_reason: writeStopReason(
      choice?.finish ?? 'stop',
      parts.some((part) => part.kind === 'tool-call'),
    ),
    stop_sequence: choice?.stopSequence ?? null,
    stop_details: own ? null : stopDetails(choice),
    ...(own && choice?.extensions),
    usage: writeUsage(completion.usage, completion.serviceTier),
  };
}

/** Other dialects tell of a refusal, in words that are also the text of the answer. */
function stopDetails(choice: Choice | undefined): JsonRecord | null {
  const refusal = choice?.parts.find((part) => part.kind === 'refusal');
  return refusal === undefined ? null : refusalDetails(refusal.text);
}

export function refusalDetails(explanation: string): JsonRecord {
  return { type: 'refusal', category: null, explanation };
}

/** What is written of a thought, or of a piece of one; `null` when nothing of it is anything to this dialect. */
interface WrittenThought {
  /** The proof of another dialect's model is carried back by the client like one of Anthropic's. */
  readonly signature: string | null;
  readonly redacted: string | null;
}

/** @param home the dialect of the answer. */
export function writeThought(part: Omit<ReasoningPart, 'kind'>, home: DialectId): WrittenThought | null {
  const { text, signature, redacted, provenBy = home } = part;
  if (signature === null && redacted === null) return text === '' && home !== DIALECT ? null : part;
  if (isProvenTo(DIALECT, part, home)) return part;
  const sealed = sealReasoning(part, provenBy, null);
  return redacted === null ? { signature: sealed, redacted: null } : { signature: null, redacted: sealed };
}

function writeReasoning(part: ReasoningPart, dialect: DialectId): readonly JsonRecord[] {
  const written = writeThought(part, dialect);
  if (written === null) return [];
  if (written.redacted !== null) return [{ type: 'redacted_thinking', data: written.redacted }];
  return [{ type: 'thinking', thinking: part.text, signature: written.signature ?? '' }];
}

function writeBlock(part: Part, dialect: DialectId): readonly JsonRecord[] {
  const own = dialect === DIALECT;
  switch (part.kind) {
    case 'text':
      return [{ type: 'text', text: part.text, citations: (own && part.extensions?.['citations']) || null }];
    case 'reasoning':
      return writeReasoning(part, dialect);
    case 'refusal':
      return own ? [] : [{ type: 'text', text: part.text, citations: null }];
    case 'audio':
      return part.transcript === null ? [] : [{ type: 'text', text: part.transcript, citations: null }];
    case 'tool-call': {
      const { id, name, input, custom, extensions } = part;
      const block = { type: 'tool_use', id: surelyToolCallId(id), name, input: toolInput(input, custom) };
      return [{ ...block, ...(own && extensions) }];
    }
    case 'opaque':
      return part.dialect === DIALECT ? [part.wire] : [];
    case 'image': // a message holds no pictures
    case 'file':
    case 'tool-result':
    case 'cache-marker':
      return [];
  }
}
