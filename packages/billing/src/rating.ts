import { METERS, divideHalfEven, inputTokens } from '@tollgate/domain';
import type { Meter, Picos, Target, Usage } from '@tollgate/domain';

import { markupFor } from './markups.js';
import { BASIS_POINTS, resolvePrice, shareOf } from './price-sheet.js';
import type { PriceQuery, PriceSheet, UnitPrice } from './price-sheet.js';

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
  /** The price that the organization is billed by, or {@link SIMULATED_PRICE_ID}; under its own credential the list's. */
  readonly priceId: string;
  /** The meter whose price applied: another than `meter` when that has no price of its own. */
  readonly pricedAs: Meter;
  readonly amountPicos: Picos;
  readonly per: number;
  /**
   * What is billed above the price, or below it: `billedCost` is the price times the quantity and this. Under the
   * organization's own credential the platform fee is all that is billed: −9,500 for a fee of 5 %.
   */
  readonly markupBasisPoints: number;
  /** The price of the provider's list, which chose `listCost`; `null`: that is not known, and `listCost` is 0. */
  readonly costPriceId: string | null;
  /** What we pay: the list cost, and nothing under the organization's own credential. */
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
  /** Meters that are billed although nothing is known of what they cost us: only a private book has a price for them. */
  readonly uncosted: readonly Meter[];
}

/** Stands where a price's id stands on the lines of the sandbox, which has no prices. */
export const SIMULATED_PRICE_ID = 'simulated';

const NO_METERS: readonly Meter[] = [];

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
    inputTokens: sheet.hasContextTiers || sheet.list.hasContextTiers ? inputTokens(usage) : 0,
  };
  const lines: RatedLine[] = [];
  let providerCost = 0n;
  let listCost = 0n;
  let billedCost = 0n;
  let unpriced: Meter[] | null = null;
  let uncosted: Meter[] | null = null;
  for (const meter of METERS) {
    const quantity = usage[meter];
    if (quantity === undefined || quantity === 0) continue;
    if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError(`${meter} is not a whole quantity`);
    const line = request.simulated
      ? simulatedLine(meter, quantity)
      : ratedLine(sheet, query, { meter, quantity, owner: request.credentialOwner });
    if (line === null) {
      (unpriced ??= []).push(meter);
      continue;
    }
    lines.push(line);
    if (line.costPriceId === null) (uncosted ??= []).push(meter);
    providerCost += line.providerCost;
    listCost += line.listCost;
    billedCost += line.billedCost;
  }
  return {
    lines,
    providerCost,
    listCost,
    billedCost,
    unpriced: unpriced ?? NO_METERS,
    uncosted: uncosted ?? NO_METERS,
  };
}

interface Measured {
  readonly meter: Meter;
  readonly quantity: number;
  readonly owner: Target['credentialOwner'];
}

function ratedLine(sheet: PriceSheet, query: PriceQuery, { meter, quantity, owner }: Measured): RatedLine | null {
  const units = BigInt(quantity);
  const listed = resolvePrice(sheet.list, meter, query);
  const ownCredential = owner === 'organization';
  const price =
    ownCredential || sheet.list.candidates === sheet.candidates ? listed : resolvePrice(sheet, meter, query);
  if (price === undefined) return null;
  const listCost = listed === undefined ? 0n : costOf(units, listed.unit);
  const markupBasisPoints = ownCredential
    ? sheet.platformFeeBasisPoints - BASIS_POINTS
    : markupFor(sheet.markups, meter, query);
  return {
    meter,
    quantity,
    priceId: price.source.id,
    pricedAs: price.source.meter,
    amountPicos: price.source.amountPicos,
    per: price.source.per,
    markupBasisPoints,
    costPriceId: listed?.source.id ?? null,
    providerCost: ownCredential ? 0n : listCost,
    listCost,
    billedCost: costOf(units, shareOf(price.unit, BASIS_POINTS + markupBasisPoints)),
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
    markupBasisPoints: 0,
    costPriceId: SIMULATED_PRICE_ID,
    providerCost: 0n,
    listCost: 0n,
    billedCost: 0n,
  };
}
