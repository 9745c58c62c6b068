import type { Conversation } from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import type { ParameterName } from '../../parameter-names.js';
import { budgetOfEffort, nearestEffort, wantedEffort } from '../../reasoning-control.js';
import type { TargetModel } from '../../target-model.js';

type Lose = (name: ParameterName, leavingOut: 'harmless') => void;

/** How much to think, as another dialect asked for it, in the words that the target has for it. */
export function buildThinking({ reasoning }: Conversation, target: TargetModel, lose: Lose): JsonRecord {
  const wanted = wantedEffort(reasoning);
  const { thinking, leastThinking, thinkingSwitch } = target;
  if (wanted === null || (wanted === 'none' && thinking === 'none')) return {};
  const asked = reasoning.effort === null ? 'thinking' : 'effort';
  if (wanted === 'none' && leastThinking !== 'nothing') lose(asked, 'harmless');
  else if (wanted === 'none' && thinkingSwitch !== undefined) return thinkingSwitch.off;
  if (thinking === 'effort') {
    return { ...thinkingSwitch?.on, reasoning_effort: nearestEffort(wanted, target) };
  }
  if (thinkingSwitch === undefined || wanted === 'none') {
    if (wanted !== 'none' || leastThinking === 'nothing') lose(asked, 'harmless');
    return {};
  }
  const { on, budgetField } = thinkingSwitch;
  const { thinking: asTokens } = reasoning;
  const budget = asTokens?.kind === 'budget' ? asTokens.tokens : budgetOfEffort(wanted);
  if (budgetField === undefined) lose(asked, 'harmless'); // it thinks, but not as much as was said
  return { ...on, ...(budgetField !== undefined && budget !== null && { [budgetField]: budget }) };
}
