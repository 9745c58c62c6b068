import type { Conversation, Thinking } from '../../conversation.js';
import type { Losses } from '../../inexpressible.js';
import type { JsonRecord } from '../../json.js';
import { PARAMETER_NAMES } from '../../parameter-names.js';
import { budgetOfEffort, budgetUnderCap, nearestEffort, wantedEffort } from '../../reasoning-control.js';
import type { TargetModel } from '../../target-model.js';

/** Every model that takes a budget takes these; source: ai.google.dev/gemini-api/docs/thinking, "Set thinking budgets". */
const LARGEST_BUDGET = 24_576;
const LEAST_BUDGET = 128;
const HIDDEN = 'omitted';

interface ThinkingOptions {
  readonly own: boolean;
  readonly losses: Losses;
}

/** `thinkingConfig`, or `null` where the model is left alone. */
export function buildThinking(
  { dialect, reasoning, maxOutputTokens }: Conversation,
  target: TargetModel,
  { own, losses }: ThinkingOptions,
): JsonRecord | null {
  const { effort, thinking } = reasoning;
  if (own) return ownThinking(effort, thinking);
  const wanted = wantedEffort(reasoning);
  const shown = thinking !== null && thinking.kind !== 'off' && thinking.display !== HIDDEN;
  const visible = { includeThoughts: thinking === null || shown };
  const lose = (): void => {
    const names = PARAMETER_NAMES[dialect];
    losses.unsupported(effort === null ? names.thinking : names.effort, 'harmless');
  };
  if (target.thinking === 'none' || target.thinking === 'unknown') {
    if (wanted !== null && (wanted !== 'none' || target.thinking === 'unknown')) lose();
    return null;
  }
  if (wanted === null) return shown ? visible : null;
  if (wanted === 'none') {
    if (target.leastThinking !== 'nothing') lose();
    return leastThinking(target);
  }
  if (target.thinking === 'budget') {
    const tokens = thinking?.kind === 'budget' && effort === null ? thinking.tokens : budgetOfEffort(wanted);
    const budget = tokens === null || maxOutputTokens === null ? tokens : budgetUnderCap(tokens, maxOutputTokens);
    if (budget !== null) return { thinkingBudget: Math.min(budget, LARGEST_BUDGET), ...visible };
    lose();
    return leastThinking(target);
  }
  const level = nearestEffort(wanted, target);
  if (level === null) lose();
  return level === null ? null : { thinkingLevel: level.toUpperCase(), ...visible };
}

function leastThinking({ thinking, leastThinking: least, efforts }: TargetModel): JsonRecord | null {
  if (thinking === 'budget') return { thinkingBudget: least === 'nothing' ? 0 : LEAST_BUDGET };
  const [weakest] = efforts;
  return weakest === undefined ? null : { thinkingLevel: weakest.toUpperCase() };
}

function ownThinking(effort: string | null, thinking: Thinking | null): JsonRecord | null {
  const config: Record<string, unknown> = {};
  if (effort !== null) config['thinkingLevel'] = effort.toUpperCase();
  if (thinking?.kind === 'off') config['thinkingBudget'] = 0;
  if (thinking?.kind === 'budget') config['thinkingBudget'] = thinking.tokens;
  if (thinking !== null && thinking.kind !== 'off' && thinking.display !== null) {
    config['includeThoughts'] = thinking.display !== HIDDEN;
  }
  if (thinking?.kind === 'adaptive' && thinking.display === null) config['thinkingBudget'] = -1;
  return Object.keys(config).length === 0 ? null : config;
}
