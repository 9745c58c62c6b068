import { METERS } from '@tollgate/domain';
import type { Meter, Picos, Target, Usage } from '@tollgate/domain';

import { familySize, tokenFamily } from './meter-fallbacks.js';
import { ANY } from './price.js';
import { mayApply } from './price-sheet.js';
import type { CompiledPrice, PriceReach, PriceSheet, UnitPrice } from './price-sheet.js';

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

/**
 * The upper bound that admission holds: every input token at the dearest price that may apply to one (a cache write's,
 * say), every output token likewise, over all service tiers and context tiers within reach. The time window is the
 * one of `occurredAt`, by which rating goes too. For any usage within the bounds, `rate(…).billedCost ≤ picos`.
 * @throws RangeError when a bound is not a whole number from 0 up.
 */
export function holdBound(sheet: PriceSheet, request: HoldRequest): HoldBound {
  const { region, occurredAt, inputTokensBound, credentialOwner, serviceTiers = null } = request;
  const reach: PriceReach = { region, occurredAt, inputTokens: inputTokensBound, serviceTiers };
  const asked: PriceReach = { ...reach, serviceTiers: [serviceTiers?.[0] ?? ANY] };
  let picos = 0n;
  let priced = true;
  const add = (meter: Meter, units: number): void => {
    if (!Number.isSafeInteger(units) || units < 0) throw new RangeError(`the bound of ${meter} is not a whole number`);
    if (units === 0) return;
    const prices = sheet.dearestFirst.get(meter);
    const dearest = prices?.find((price) => mayApply(price, reach));
    if (dearest === undefined || prices?.some((price) => mayApply(price, asked)) !== true) priced = false;
    if (dearest !== undefined)
      picos += dearestBill(billedUnitPrice(dearest, credentialOwner), BigInt(units), LINES.get(meter) ?? 1n);
  };
  add('input', inputTokensBound);
  add('output', request.n * request.outputTokensCap);
  const others = request.otherQuantities;
  if (sheet.dearestFirst.has('request') && others?.request === undefined) add('request', 1);
  if (others !== undefined) {
    for (const meter of METERS) {
      if (others[meter] === undefined) continue;
      if (tokenFamily(meter) !== meter) throw new RangeError(`${meter} is bounded with the other tokens`);
      add(meter, others[meter]);
    }
  }
  return { picos, priced };
}

/**
 * Each rated line may be rounded up by half a picounit, which the exact product would not cover. Where the dearest
 * price is a whole number of picounits per unit it covers every cheaper line even after rounding.
 */
function dearestBill(price: UnitPrice, units: bigint, lines: bigint): Picos {
  const product = units * price.picos;
  return price.per === 1n ? product : product / price.per + lines;
}

function billedUnitPrice({ marked, fee }: CompiledPrice, owner: Target['credentialOwner'] | undefined): UnitPrice {
  if (owner === 'organization') return fee;
  if (owner === 'operator') return marked;
  return fee.picos * marked.per > marked.picos * fee.per ? fee : marked;
}
