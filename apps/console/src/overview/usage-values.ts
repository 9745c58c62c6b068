import type { CountMeasure, LatencyMeasure, MoneyAmount, MoneyMeasure, UsageValues } from '@tollgate/wire';

const NO_MONEY: MoneyAmount = { amount: '0.000000000000', currency: 'USD' };

/** A sum of money; nothing where there were no requests. */
export function moneyOf(values: UsageValues, measure: MoneyMeasure): MoneyAmount {
  const value = values[measure];
  return typeof value === 'object' && value !== null ? value : NO_MONEY;
}

export function countOf(values: UsageValues, measure: CountMeasure): number {
  const value = values[measure];
  return typeof value === 'number' ? value : 0;
}

/** A percentile in milliseconds; null without requests. */
export function latencyOf(values: UsageValues, measure: LatencyMeasure): number | null {
  const value = values[measure];
  return typeof value === 'number' ? value : null;
}

/** Failed requests by all requests; null without any. */
export function errorRateOf(values: UsageValues): number | null {
  const requests = countOf(values, 'requests');
  return requests === 0 ? null : countOf(values, 'errors') / requests;
}
