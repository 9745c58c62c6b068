import { METERS, divideHalfEven, inputTokens } from '@tollgate/domain';
import type { Meter, Picos, Target, Usage } from '@tollgate/domain';

import { resolvePrice } from './price-sheet.js';
import type { CompiledPrice, PriceQuery, PriceSheet, UnitPrice } from './price-sheet.js';

/** What is rated, and the circumstances that choose the prices. */
export interface RatingRequest {
  readonly usage: Usage;
  /** The service tier that was actually served; `'*'` when the provider named none. */
  readonly serviceTier: string;
  readonly region: string;
  /** Unix milliseconds at which the request was parsed. */
  readonly occurredAt: number;
  readonly credentialOwner: Target['credentialOwner'];
  /** The sandbox in a real organization: the quantities are listed, every amount is zero. */
  readonly simulated: boolean;
}

/** One meter's quantity at its price. Costs are rounded half-even, each once, from exact fractions. */
export interface RatedLine {
  readonly meter: Meter;
  readonly quantity: number;
  /** The price that applied, or {@link SIMULATED_PRICE_ID}. */
  readonly priceId: string;
  /** The meter whose price applied: another than `meter` when that has no price of its own. */
  readonly pricedAs: Meter;
  readonly amountPicos: Picos;
  readonly per: number;
  /** What we pay. */
  readonly providerCost: Picos;
  /** What the provider's list says. */
  readonly listCost: Picos;
  /** What the organization is charged. */
  readonly billedCost: Picos;
}

/** Rated lines and their sums, picounits of US dollars. */
export interface Rating {
  readonly lines: readonly RatedLine[];
  readonly providerCost: Picos;
  readonly listCost: Picos;
  readonly billedCost: Picos;
  /** Meters with a quantity and no price. They cost something that is not known yet: never take them as free. */
  readonly unpriced: readonly Meter[];
}

/** Stands where a price's id stands on the lines of the sandbox, which has no prices. */
export const SIMULATED_PRICE_ID = 'simulated';

const NOTHING_UNPRICED: readonly Meter[] = [];

/**
 * Rates usage. The gateway captures with it and the worker books with it, on the same snapshot of prices: a difference
 * between the two is an alarm. Lines come in the order of `METERS`; meters with no quantity make no line.
 * @throws RangeError when a quantity is not a whole number from 0 up (the adapter should have refused it).
 */
export function rate(sheet: PriceSheet, request: RatingRequest): Rating {
  const { usage } = request;
  const query: PriceQuery = {
    serviceTier: request.serviceTier,
    region: request.region,
    occurredAt: request.occurredAt,
    inputTokens: sheet.hasContextTiers ? inputTokens(usage) : 0,
  };
  const lines: RatedLine[] = [];
  let providerCost = 0n;
  let listCost = 0n;
  let billedCost = 0n;
  let unpriced: Meter[] | null = null;
  for (const meter of METERS) {
    const quantity = usage[meter];
    if (quantity === undefined || quantity === 0) continue;
    if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError(`${meter} is not a whole quantity`);
    const line = request.simulated
      ? simulatedLine(meter, quantity)
      : ratedLine(resolvePrice(sheet, meter, query), meter, { quantity, owner: request.credentialOwner });
    if (line === null) {
      (unpriced ??= []).push(meter);
      continue;
    }
    lines.push(line);
    providerCost += line.providerCost;
    listCost += line.listCost;
    billedCost += line.billedCost;
  }
  return { lines, providerCost, listCost, billedCost, unpriced: unpriced ?? NOTHING_UNPRICED };
}

function ratedLine(
  price: CompiledPrice | undefined,
  meter: Meter,
  { quantity, owner }: { quantity: number; owner: Target['credentialOwner'] },
): RatedLine | null {
  if (price === undefined) return null;
  const units = BigInt(quantity);
  const listCost = costOf(units, price.list);
  const ownCredential = owner === 'organization';
  return {
    meter,
    quantity,
    priceId: price.source.id,
    pricedAs: price.source.meter,
    amountPicos: price.source.amountPicos,
    per: price.source.per,
    providerCost: ownCredential ? 0n : listCost,
    listCost,
    billedCost: costOf(units, ownCredential ? price.fee : price.marked),
  };
}

function costOf(units: bigint, price: UnitPrice): Picos {
  return price.per === 1n ? units * price.picos : divideHalfEven(units * price.picos, price.per);
}

function simulatedLine(meter: Meter, quantity: number): RatedLine {
  return {
    meter,
    quantity,
    priceId: SIMULATED_PRICE_ID,
    pricedAs: meter,
    amountPicos: 0n,
    per: 1,
    providerCost: 0n,
    listCost: 0n,
    billedCost: 0n,
  };
}
