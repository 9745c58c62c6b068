import type { FinishReason } from '../../conversation.js';

/** Source: ai.google.dev/api/generate-content#FinishReason; `CONTINUATION`: the answer goes on when its token is sent back. */
const READ: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
  CONTINUATION: 'pause',
};
const UNSAID = 'FINISH_REASON_UNSPECIFIED';

const WRITTEN: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  'context-window': 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  pause: 'OTHER',
  other: 'OTHER',
};

/** Google stops for a call of a tool as for any other end. */
export function readFinishReason(wire: unknown, callsTools: boolean): FinishReason | null {
  if (typeof wire !== 'string' || wire === '' || wire === UNSAID) return null;
  const reason = READ[wire] ?? 'other';
  return reason === 'stop' && callsTools ? 'tool-calls' : reason;
}

export function writeFinishReason(reason: FinishReason): string {
  return WRITTEN[reason];
}
