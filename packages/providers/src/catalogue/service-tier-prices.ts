import { type Picos, formatPicos, isTokenMeter } from '@tollgate/domain';

import type { CataloguePrice } from './catalogue-entries.js';
import type { ServiceTierRule } from './service-tier-rules.js';

/**
 * The prices of ordinary processing with those that the rules derive from them, in every context tier and era.
 * @throws RangeError when a rule names a model without prices, or its multiple is no whole number of picounits.
 */
export function withServiceTiers(
  prices: readonly CataloguePrice[],
  rules: readonly ServiceTierRule[],
): readonly CataloguePrice[] {
  const byModel = Map.groupBy(prices, ({ model }) => model);
  const derived = rules.flatMap((rule) => rule.models.flatMap((model) => derive(byModel.get(model), model, rule)));
  return [...prices, ...derived];
}

function derive(
  ordinary: readonly CataloguePrice[] | undefined,
  model: string,
  rule: ServiceTierRule,
): CataloguePrice[] {
  if (ordinary === undefined) throw new RangeError(`a service tier of ${model}, which has no prices`);
  return ordinary
    .filter(({ meter, fromTokens }) => {
      const named = rule.meters?.includes(meter) ?? isTokenMeter(meter);
      return named && (rule.shortContextOnly !== true || fromTokens === 0);
    })
    .flatMap((price) => {
      const amountPicos = multiply(price.amountPicos, rule.times);
      return rule.tiers.map((serviceTier) => ({ ...price, serviceTier, amountPicos, amount: decimal(amountPicos) }));
    });
}

function multiply(picos: Picos, [numerator, denominator]: ServiceTierRule['times']): Picos {
  if ((picos * numerator) % denominator !== 0n) throw new RangeError('a price that is no whole number of picounits');
  return (picos * numerator) / denominator;
}

/** As people write it: without the zeros at the end. */
function decimal(picos: Picos): string {
  return formatPicos(picos).replace(/\.?0+$/, '');
}
