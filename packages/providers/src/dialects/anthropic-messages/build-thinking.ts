import type { Conversation, Thinking } from '../../conversation.js';
import type { Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { budgetOfEffort, budgetUnderCap, nearestEffort, wantedEffort } from '../../reasoning-control.js';
import { loopLacksProof } from '../../reasoning-proof.js';
import type { TargetModel } from '../../target-model.js';

interface ThinkingOptions {
  readonly own: boolean;
  readonly maxTokens: number;
  /** A tool is forced upon the model, which no model does while it thinks. */
  readonly forced: boolean;
  readonly losses: Losses;
}

interface BuiltThinking {
  readonly thinking: JsonRecord | null;
  /** For `output_config`. */
  readonly effort: JsonRecord;
}

const DIALECT = 'anthropic-messages';
const NOTHING: BuiltThinking = { thinking: null, effort: {} };
const OFF: BuiltThinking = { thinking: { type: 'disabled' }, effort: {} };

/** How the model shall think, by the words that it takes. */
export function buildThinking(
  conversation: Conversation,
  target: TargetModel,
  { own, maxTokens, forced, losses }: ThinkingOptions,
): BuiltThinking {
  const { dialect, reasoning } = conversation;
  if (own) {
    if (reasoning.thinking?.kind === 'budget' && loopLacksProof(conversation, DIALECT)) {
      losses.unsupported(PARAMETER_NAMES[dialect].thinking, 'harmless');
      return OFF;
    }
    const effort = reasoning.effort === null ? {} : { effort: reasoning.effort };
    return { thinking: writeThinking(reasoning.thinking), effort };
  }
  const wanted = wantedEffort(reasoning);
  const lose = (): void => {
    losses.unsupported(PARAMETER_NAMES[dialect].effort, 'harmless');
  };
  const gone = target.thinking === 'budget' && loopLacksProof(conversation, DIALECT);
  if (wanted === 'none' || gone || (forced && target.forcedToolChoice)) {
    if (wanted !== null && wanted !== 'none') lose();
    return leastThinking(target, wanted === 'none' ? lose : () => undefined);
  }
  if (wanted === null) return NOTHING;
  const built = target.thinking === 'budget' ? withBudget(wanted, maxTokens) : withEffort(wanted, target);
  if (built === null) lose();
  return built ?? NOTHING;
}

function writeThinking(thinking: Thinking | null): JsonRecord | null {
  switch (thinking?.kind) {
    case undefined:
      return null;
    case 'off':
      return { type: 'disabled' };
    case 'budget':
      return { type: 'enabled', budget_tokens: thinking?.kind === 'budget' ? thinking.tokens : 0, ...shown(thinking) };
    default:
      return { type: thinking?.kind === 'between-tools' ? 'between_tools' : 'adaptive', ...shown(thinking) };
  }
}

function shown(thinking: Thinking | null): JsonRecord {
  return thinking === null || thinking.kind === 'off' || thinking.display === null ? {} : { display: thinking.display };
}

/** Only models that decide for themselves have to be told; others think only when asked to. */
function leastThinking({ thinking, leastThinking: least }: TargetModel, lose: () => void): BuiltThinking {
  if (thinking !== 'adaptive') return NOTHING;
  if (least === 'nothing') return OFF;
  lose();
  if (least === 'between-tools') return { thinking: { type: 'between_tools' }, effort: {} };
  return { thinking: null, effort: { effort: 'low' } };
}

function withBudget(wanted: string, maxTokens: number): BuiltThinking | null {
  const budget = budgetOfEffort(wanted);
  const tokens = budget === null ? null : budgetUnderCap(budget, maxTokens);
  return tokens === null ? null : { thinking: { type: 'enabled', budget_tokens: tokens }, effort: {} };
}

function withEffort(wanted: string, target: TargetModel): BuiltThinking | null {
  const effort = target.thinking === 'none' ? null : nearestEffort(wanted, target);
  return effort === null ? null : { thinking: { type: 'adaptive' }, effort: { effort } };
}
