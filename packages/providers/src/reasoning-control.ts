import type { Reasoning } from './conversation.js';
import type { TargetModel } from './target-model.js';

/**
 * How much thinking a word of effort stands for, in tokens, and back: a budget means the strongest word that it covers.
 * Neither vendor publishes such a table; this one keeps the words apart by a factor that is felt, starts at the least budget
 * that Anthropic takes, and leads from each word back to itself.
 */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 49_152,
};
/** Weakest first. */
const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const LEAST_BUDGET = 1024;

/** The budget for a word of effort; `null` for words that mean no thinking or nothing known. */
export function budgetOfEffort(effort: string): number | null {
  return BUDGETS[effort] ?? null;
}

/** The budget that leaves at least a fifth of the cap for the answer, or `null` when too little is left to think. */
export function budgetUnderCap(budget: number, maxOutputTokens: number): number | null {
  const most = Math.floor(maxOutputTokens * 0.8);
  return most < LEAST_BUDGET ? null : Math.min(Math.max(budget, LEAST_BUDGET), most);
}

/** The effort that the client asked for, in words; `null` when it left it to the model. */
export function wantedEffort({ effort, thinking }: Reasoning): string | null {
  if (thinking?.kind === 'off') return 'none';
  if (effort !== null || thinking?.kind !== 'budget') return effort;
  const { tokens } = thinking;
  return EFFORTS.findLast((word) => tokens >= (BUDGETS[word] ?? Infinity) && word !== 'minimal') ?? 'low';
}

/** The word nearest to the wanted one among those that the model takes: the next weaker one, or its weakest. */
export function nearestEffort(wanted: string, { efforts }: TargetModel): string | null {
  const rank = EFFORTS.indexOf(wanted);
  if (rank === -1) return efforts.includes(wanted) ? wanted : null;
  const thinks = efforts.filter((word) => word !== 'none' || wanted === 'none');
  return thinks.findLast((word) => EFFORTS.indexOf(word) <= rank) ?? thinks[0] ?? null;
}
