import type { Plan } from '@tollgate/wire';
import { formatMoney } from '../figures/format-money.js';
import { formatExactCount } from '../figures/format-quantities.js';
import type { Text } from '../i18n/use-text.js';

/** The ceilings of a plan, in a line. */
export function limitWords(
  { rateLimit, monthlyBudget }: Pick<Plan, 'rateLimit' | 'monthlyBudget'>,
  text: Text,
): string {
  const { requestsPerMinute, tokensPerMinute, concurrency } = rateLimit;
  const limits = [
    ...(monthlyBudget === null ? [] : [text('plans.perMonth', { amount: formatMoney(monthlyBudget) })]),
    ...(requestsPerMinute === null ? [] : [text('projects.rpm', { count: formatExactCount(requestsPerMinute) })]),
    ...(tokensPerMinute === null ? [] : [text('projects.tpm', { count: formatExactCount(tokensPerMinute) })]),
    ...(concurrency === null ? [] : [text('projects.atOnce', { count: formatExactCount(concurrency) })]),
  ];
  return limits.length === 0 ? text('plans.unlimited') : limits.join(', ');
}
