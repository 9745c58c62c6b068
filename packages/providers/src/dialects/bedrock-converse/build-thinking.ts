import type { Conversation } from '../../conversation.js';
import type { Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { nearestEffort, wantedEffort } from '../../reasoning-control.js';
import type { TargetModel } from '../../target-model.js';
import { buildThinking as buildClaudeThinking } from '../anthropic-messages/build-thinking.js';
import type { ModelFamily } from './model-family.js';

interface ThinkingOptions {
  readonly target: TargetModel;
  readonly family: ModelFamily;
  readonly maxTokens: number;
  readonly forced: boolean;
  readonly losses: Losses;
}

interface BuiltThinking {
  /** For `additionalModelRequestFields`. */
  readonly fields: JsonRecord;
  /** The model will think: some then take no sampling. */
  readonly thinks: boolean;
}

const NOTHING: BuiltThinking = { fields: {}, thinks: false };

/**
 * How the model shall think, in the words of its maker: Claude's own (docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html),
 * `reasoningConfig` of Nova 2 (docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html), a word of effort for others.
 */
export function buildThinking(conversation: Conversation, options: ThinkingOptions): BuiltThinking {
  const { target, family, maxTokens, forced, losses } = options;
  if (family === 'claude') {
    const { thinking, effort } = buildClaudeThinking(conversation, target, { own: false, maxTokens, forced, losses });
    const fields = {
      ...(thinking !== null && { thinking }),
      ...(Object.keys(effort).length > 0 && { output_config: effort }),
    };
    return { fields, thinks: thinking !== null && thinking['type'] !== 'disabled' };
  }
  const wanted = wantedEffort(conversation.reasoning);
  if (wanted === null) return NOTHING;
  const lose = (): void => {
    const { effort, thinking } = PARAMETER_NAMES[conversation.dialect];
    losses.unsupported(conversation.reasoning.effort === null ? thinking : effort, 'harmless');
  };
  if (wanted === 'none') {
    if (target.leastThinking !== 'nothing') lose();
    return family === 'gpt-oss' ? withEffort('low', options) : NOTHING;
  }
  const effort = target.thinking === 'effort' ? nearestEffort(wanted, target) : null;
  if (effort === null) lose();
  return effort === null ? NOTHING : withEffort(effort, options);
}

function withEffort(effort: string, { family }: ThinkingOptions): BuiltThinking {
  switch (family) {
    case 'nova': {
      const reasoningConfig = { type: 'enabled', maxReasoningEffort: effort };
      // at its highest effort Nova takes no sampling and no cap
      return { fields: { reasoningConfig }, thinks: effort === 'high' };
    }
    case 'qwen':
      return { fields: { reasoning_config: effort }, thinks: false };
    default:
      return { fields: { reasoning_effort: effort }, thinks: false };
  }
}
