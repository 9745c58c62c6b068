import { METERS } from '@tollgate/domain';
import type { Meter, Picos, Target, Usage } from '@tollgate/domain';

import { largestMarkup } from './markups.js';
import { familySize, pricingMeters, tokenFamily } from './meter-fallbacks.js';
import { ANY } from './price.js';
import { BASIS_POINTS, compareUnitPrices, mayApply, shareOf } from './price-sheet.js';
import type { CompiledPrice, PriceReach, PriceSheet, UnitPrice } from './price-sheet.js';
import { tierOf } from './service-tier.js';

/** What is known of a request before it is sent. */
export interface HoldRequest {
  /** No request of this body can have more input tokens: its UTF-8 bytes plus tables for images and pages. */
  readonly inputTokensBound: number;
  /** The most output tokens of one answer; 0 where there is no output, as in embeddings. */
  readonly outputTokensCap: number;
  /** Answers asked for. Input is read once, whatever `n` is. */
  readonly n: number;
  readonly region: string;
  /**
   * Service tiers at which it may be served. The first is the one that was asked for, which has to be priced; of the
   * others counts what has a price. Without this, everything that has a price counts, and ordinary processing has to.
   */
  readonly serviceTiers?: readonly [string, ...string[]];
  /** Unix milliseconds at which the request was parsed. */
  readonly occurredAt: number;
  /** Narrows the bound to the terms of this owner; without it, the dearer terms are assumed. */
  readonly credentialOwner?: Target['credentialOwner'];
  /** Largest quantities of meters that are not tokens (searches, images, …); one `request` is always assumed. */
  readonly otherQuantities?: Usage;
}

export interface HoldBound {
  /** Upper bound of what the request can be billed, picounits of US dollars. */
  readonly picos: Picos;
  /** `false`: something that the request may use has no price at this instant, so the bound bounds nothing. */
  readonly priced: boolean;
}

const LINES = new Map<Meter, bigint>(METERS.map((meter) => [meter, BigInt(familySize(tokenFamily(meter)))]));

const FAMILIES = new Map<Meter, readonly Meter[]>(
  METERS.map((family) => [family, METERS.filter((meter) => tokenFamily(meter) === family)]),
);

/**
 * The upper bound that admission holds: every input token at the dearest price that may apply to one (a cache write's,
 * say) with the largest markup that a rule may give it, every output token likewise, over all service tiers and context
 * tiers within reach. The time window is the one of `occurredAt`, by which rating goes too. For any usage within the
 * bounds, `rate(…).billedCost ≤ picos`.
 * @throws RangeError when a bound is not a whole number from 0 up.
 */
export function holdBound(sheet: PriceSheet, request: HoldRequest): HoldBound {
  const { credentialOwner } = request;
  if (credentialOwner !== undefined) return boundFor(sheet, request, credentialOwner);
  const [one, other] = [boundFor(sheet, request, 'operator'), boundFor(sheet, request, 'organization')];
  return { picos: one.picos > other.picos ? one.picos : other.picos, priced: one.priced && other.priced };
}

function boundFor(sheet: PriceSheet, request: HoldRequest, owner: Target['credentialOwner']): HoldBound {
  const { region, occurredAt, inputTokensBound, serviceTiers = null } = request;
  const reach: PriceReach = { region, occurredAt, inputTokens: inputTokensBound, serviceTiers };
  const asked: PriceReach = { ...reach, serviceTiers: [serviceTiers?.[0] ?? ANY] };
  const billed = owner === 'organization' ? sheet.list : sheet;
  let picos = 0n;
  let priced = true;
  const add = (meter: Meter, units: number): void => {
    if (!Number.isSafeInteger(units) || units < 0) throw new RangeError(`the bound of ${meter} is not a whole number`);
    if (units === 0) return;
    const prices = billed.dearestFirst.get(meter) ?? [];
    const dearest = owner === 'organization' ? dearestFee(sheet, prices, reach) : dearestMarked(sheet, prices, reach);
    if (dearest === undefined || !prices.some((price) => mayApply(price, asked))) priced = false;
    if (dearest !== undefined) picos += dearestBill(dearest, BigInt(units), LINES.get(meter) ?? 1n);
  };
  add('input', inputTokensBound);
  add('output', request.n * request.outputTokensCap);
  const others = request.otherQuantities;
  if (billed.dearestFirst.has('request') && others?.request === undefined) add('request', 1);
  if (others !== undefined) {
    for (const meter of METERS) {
      if (others[meter] === undefined) continue;
      if (tokenFamily(meter) !== meter) throw new RangeError(`${meter} is bounded with the other tokens`);
      add(meter, others[meter]);
    }
  }
  return { picos, priced };
}

type Family = readonly CompiledPrice[];

function dearestFee(sheet: PriceSheet, prices: Family, reach: PriceReach): UnitPrice | undefined {
  const dearest = prices.find((price) => mayApply(price, reach));
  return dearest === undefined ? undefined : shareOf(dearest.unit, sheet.platformFeeBasisPoints);
}

/** Without rules the markup is one for all, and the dearest price is the dearest bill. */
function dearestMarked({ markups }: PriceSheet, prices: Family, reach: PriceReach): UnitPrice | undefined {
  if (markups.rules.length === 0) {
    const dearest = prices.find((price) => mayApply(price, reach));
    return dearest === undefined ? undefined : shareOf(dearest.unit, BASIS_POINTS + markups.base);
  }
  const tiers = reach.serviceTiers?.map(tierOf) ?? null;
  let dearest: UnitPrice | undefined;
  for (const price of prices) {
    if (!mayApply(price, reach)) continue;
    const { meter: priced } = price.source;
    // at a price of one tier only the rules of that tier count
    const within = { region: reach.region, tiers: price.tier === null ? tiers : [price.tier] };
    for (const meter of FAMILIES.get(tokenFamily(priced)) ?? []) {
      if (!pricingMeters(meter).includes(priced)) continue;
      const marked = shareOf(price.unit, BASIS_POINTS + largestMarkup(markups, meter, within));
      if (dearest === undefined || compareUnitPrices(marked, dearest) > 0) dearest = marked;
    }
  }
  return dearest;
}

/**
 * Each rated line may be rounded up by half a picounit, which the exact product would not cover. Where the dearest
 * price is a whole number of picounits per unit it covers every cheaper line even after rounding.
 */
function dearestBill({ picos, per }: UnitPrice, units: bigint, lines: bigint): Picos {
  const product = units * picos;
  return product % per === 0n && picos % per === 0n ? product / per : product / per + lines;
}
