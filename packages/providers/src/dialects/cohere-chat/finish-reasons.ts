import type { FinishReason } from '../../conversation.js';

/** Source: docs.cohere.com/reference/chat. */
const READ: Readonly<Record<string, FinishReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop-sequence',
  MAX_TOKENS: 'length',
  ERROR_LIMIT: 'context-window',
  TOOL_CALL: 'tool-calls',
  ERROR_TOXIC: 'content-filter',
};

export function readFinishReason(wire: unknown): FinishReason | null {
  return typeof wire === 'string' ? (READ[wire] ?? 'other') : null;
}

/** The model did not end its answer: it failed, or took too long. */
export function isFailure(wire: unknown): boolean {
  return wire === 'ERROR' || wire === 'TIMEOUT';
}
