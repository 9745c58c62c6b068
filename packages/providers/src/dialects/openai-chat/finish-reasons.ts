import type { FinishReason } from '../../conversation.js';

/** Servers of this dialect have more words for the end than OpenAI has. */
const READ: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

const WRITTEN: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-sequence': 'stop',
  length: 'length',
  'context-window': 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  pause: 'stop',
  other: 'stop',
};

export function readFinishReason(wire: unknown): FinishReason | null {
  return typeof wire === 'string' ? (READ[wire] ?? 'other') : null;
}

export function writeFinishReason(reason: FinishReason): string {
  return WRITTEN[reason];
}
