import type { TargetModel } from '../target-model.js';

/** A model of which nothing is known, behind a server that speaks chat completions: it is trusted to take what it is sent. */
export function unknownTargetModel(maxOutputTokens: number | null, refuses: readonly string[]): TargetModel {
  return {
    outputCapField: 'max_tokens',
    maxOutputTokens,
    thinking: 'unknown',
    leastThinking: 'something',
    efforts: ['low', 'medium', 'high'],
    forcedToolChoice: true,
    prefill: false,
    laterSystemMessages: true,
    oneSamplingParameter: false,
    refuses: new Set(refuses),
  };
}
