import type { FinishReason } from '../../conversation.js';

/** Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html. */
const READ: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop-sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'context-window',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  refusal: 'refusal',
  malformed_model_output: 'other',
  malformed_tool_use: 'other',
};

export function readStopReason(wire: unknown): FinishReason | null {
  return typeof wire === 'string' ? (READ[wire] ?? 'other') : null;
}
