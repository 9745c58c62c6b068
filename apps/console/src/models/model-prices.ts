import { divideHalfEven, formatPicos, parsePicos, type Picos } from '@tollgate/domain';
import type { CurrentPrice, Model, MoneyAmount } from '@tollgate/wire';
import { formatMoney, formatPricePerMillion } from '../figures/format-money.js';

/** The plain price of a meter: of any tier and region, from the first token on, at any hour. */
export function plainPrice(model: Model, meter: CurrentPrice['meter']): CurrentPrice | undefined {
  const prices = model.prices.filter((price) => price.meter === meter && price.fromTokens === 0);
  return (
    prices.find(({ serviceTier, region, timeWindow }) => `${serviceTier}${region}${timeWindow}` === '***') ?? prices[0]
  );
}

/** What a million tokens in and out cost, and a sample request; null where there is no price. */
export function tokenPrices(model: Model): { input: string; output: string; sample: string } | null {
  const input = plainPrice(model, 'input');
  const output = plainPrice(model, 'output');
  const sample = sampleCost(model);
  if (input === undefined || sample === null) return null;
  const format = (price: CurrentPrice): string => formatPricePerMillion(price.billedAmount, price.per);
  return {
    input: format(input),
    output: output === undefined ? '$0.00' : format(output),
    sample: formatMoney(sample),
  };
}

/** What a sample request holds: enough to compare models by one figure. */
export const SAMPLE = { input: 1_000, output: 300 } as const;

/** What a sample request costs at the plain prices; null where the model has none. */
export function sampleCost(model: Model): MoneyAmount | null {
  const input = plainPrice(model, 'input');
  if (input === undefined) return null;
  const output = plainPrice(model, 'output');
  const picos = costOf(input, SAMPLE.input) + (output === undefined ? 0n : costOf(output, SAMPLE.output));
  return { amount: formatPicos(picos), currency: input.billedAmount.currency };
}

const costOf = ({ billedAmount, per }: CurrentPrice, tokens: number): Picos =>
  divideHalfEven(parsePicos(billedAmount.amount) * BigInt(tokens), BigInt(per));
