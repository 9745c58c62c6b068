import type { Choice, Completion, Part, ReasoningPart } from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import { sealReasoning } from '../../reasoning-envelope.js';
import { surelyToolCallId } from '../../tool-call-ids.js';
import { toolInput } from './tool-input.js';
import { writeStopReason } from './stop-reasons.js';
import { writeUsage } from './write-usage.js';

const DIALECT = 'anthropic-messages';

/** Writes an answer that is not streamed. A message holds one choice: requests of this dialect never ask for more. */
export function writeResponse(completion: Completion): JsonRecord {
  const own = completion.dialect === DIALECT;
  const [choice] = completion.choices;
  const parts = choice?.parts ?? [];
  return {
    ...(own && completion.extensions),
    id: completion.id,
    type: 'message',
    role: 'assistant',
    model: completion.model,
    content: parts.flatMap((part) => writeBlock(part, own)),
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

/** The proof of another dialect's model is carried back by the client like one of Anthropic's. */
export function writeSignature({
  signature,
  provenBy = DIALECT,
}: Pick<ReasoningPart, 'signature' | 'provenBy'>): string | null {
  if (signature === null || provenBy === DIALECT) return signature;
  return sealReasoning({ signature, redacted: null }, provenBy, null);
}

function writeBlock(part: Part, own: boolean): readonly JsonRecord[] {
  switch (part.kind) {
    case 'text':
      return [{ type: 'text', text: part.text, citations: (own && part.extensions?.['citations']) || null }];
    case 'reasoning':
      if (part.redacted !== null) return [{ type: 'redacted_thinking', data: part.redacted }];
      // the proof of another provider's part, which nobody could use
      if (!own && part.text === '' && part.provenBy === undefined) return [];
      return [{ type: 'thinking', thinking: part.text, signature: writeSignature(part) ?? '' }];
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
