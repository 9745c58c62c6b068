import type { TargetModel } from '../../target-model.js';

/** Sources: docs.cohere.com/docs/reasoning, docs.cohere.com/docs/command-a-plus. */
const THINKING_MODEL = /command-a-(?:reasoning|plus)|north-/;
const SEEING_MODEL = /vision|command-a-plus|aya/;
/** `tool_choice` came with Command R7B; source: docs.cohere.com/docs/tool-use-usage-patterns. */
const BEFORE_TOOL_CHOICE = /^command(?:-light|-nightly)?$|^command-r(?:-plus)?(?:-\d\d-2024)?$|^c4ai/;

/** What Cohere's models take in chat. */
export function cohereTargetModel(upstreamModel: string, maxOutputTokens: number | null): TargetModel {
  const thinks = THINKING_MODEL.test(upstreamModel);
  const isOpenVision = /aya/.test(upstreamModel);
  return {
    outputCapField: 'max_tokens',
    maxOutputTokens,
    thinking: thinks ? 'budget' : 'none',
    leastThinking: 'nothing',
    efforts: [],
    forcedToolChoice: !BEFORE_TOOL_CHOICE.test(upstreamModel),
    prefill: false,
    laterSystemMessages: true,
    oneSamplingParameter: false,
    refuses: new Set([
      ...(SEEING_MODEL.test(upstreamModel) ? [] : ['image_url']),
      ...(isOpenVision ? ['response_format'] : []),
    ]),
  };
}
