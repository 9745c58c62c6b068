import { METERS } from '@tollgate/domain';
import type { Meter, Picos, Target } from '@tollgate/domain';

import { pricingMeters, tokenFamily } from './meter-fallbacks.js';
import { ANY } from './price.js';
import { compileMarkups } from './markups.js';
import type { Markups } from './markups.js';
import type { BillingTerms, Price } from './price.js';
import { isFee, tierOf } from './service-tier.js';
import { minuteOfDay, parseTimeWindow, windowContains, windowsOverlap } from './time-window.js';
import type { TimeWindow } from './time-window.js';

/** A hundred percent. */
export const BASIS_POINTS = 10_000;

/** An exact amount of picounits for one unit of a meter, in lowest terms: most prices have the divisor 1. */
export interface UnitPrice {
  readonly picos: Picos;
  readonly per: bigint;
}

/** A price with its text read, ready for the hot path. */
export interface CompiledPrice {
  readonly source: Price;
  readonly window: TimeWindow | null;
  /** The service tier in the words of `tierOf`, or `null` where the price holds at every tier. */
  readonly tier: string | null;
  readonly effectiveTo: number;
  readonly unit: UnitPrice;
}

/** Prices of one model at one provider, found by meter. */
export interface PriceTable {
  /** Per meter, its own prices and then those of its fallbacks, each run with the most specific first. */
  readonly candidates: ReadonlyMap<Meter, readonly CompiledPrice[]>;
  /** Per meter, its prices with the dearest first; under `input` those of every input token, under `output` likewise. */
  readonly dearestFirst: ReadonlyMap<Meter, readonly CompiledPrice[]>;
  /** Whether any price depends on the number of input tokens. */
  readonly hasContextTiers: boolean;
  readonly priced: boolean;
}

/**
 * What one model at one provider costs an organization, and us, in one price snapshot. Immutable. The table is the chain's
 * prices, organization before plan before default; `list` is the book at the end of the chain alone: what the provider lists
 * and we pay, whatever an organization has agreed with us.
 */
export interface PriceSheet extends PriceTable {
  readonly list: PriceTable;
  readonly markups: Markups;
  readonly platformFeeBasisPoints: number;
}

/** The circumstances that are known of a request before it is sent. */
export interface PriceReach {
  readonly region: string;
  /** Unix milliseconds. */
  readonly occurredAt: number;
  /** All input tokens of the request, or their bound; they choose the context tier for every meter. */
  readonly inputTokens: number;
  /** Service tiers at which it may be served, in any provider's words; `null` where it may be any. */
  readonly serviceTiers: readonly string[] | null;
}

/** The circumstances by which one price is chosen. */
export interface PriceQuery extends Omit<PriceReach, 'serviceTiers'> {
  /** The tier that was served, in the provider's words; `'*'` where it named none. */
  readonly serviceTier: string;
}

/**
 * Compiles the prices of one model at one provider, its own and the provider's fees for every model (`'*'`).
 * It is called once per model and snapshot, also when a snapshot is published, so that bad prices never get that far.
 * @param prices what the organization's chain of books says
 * @param more `list`: what the book at the end of the chain says, where it differs; `model`: whose rules count, where its
 * prices do not tell
 * @throws RangeError when prices of several models or providers are mixed, when two prices or rules would apply to the same
 * request with equal right, or when a number or a time window makes no sense.
 */
export function compilePriceSheet(
  prices: readonly Price[],
  terms: BillingTerms,
  { list = prices, model }: { readonly list?: readonly Price[]; readonly model?: string } = {},
): PriceSheet {
  const { platformFeeBasisPoints } = terms;
  if (!Number.isSafeInteger(platformFeeBasisPoints) || platformFeeBasisPoints < 0) {
    throw new RangeError('the platform fee must be whole basis points, not below zero');
  }
  const named = checkOneModel([...prices, ...list]);
  const table = compileTable(prices);
  return {
    ...table,
    list: list === prices ? table : compileTable(list),
    markups: compileMarkups(terms, { ...named, ...(model !== undefined && { model }) }),
    platformFeeBasisPoints,
  };
}

/** The prices that count under a credential of this owner: under its own, an organization pays a share of the list. */
export function tableFor(sheet: PriceSheet, owner: Target['credentialOwner']): PriceTable {
  return owner === 'organization' ? sheet.list : sheet;
}

function compileTable(prices: readonly Price[]): PriceTable {
  const compiled = prices.map(compilePrice).sort(bySpecificity);
  checkOverlaps(compiled);
  const candidates = new Map<Meter, readonly CompiledPrice[]>();
  for (const meter of METERS) {
    const found = pricingMeters(meter).flatMap((from) => compiled.filter((price) => price.source.meter === from));
    if (found.length > 0) candidates.set(meter, found);
  }
  return {
    candidates,
    dearestFirst: sortByPrice(compiled),
    hasContextTiers: compiled.some((price) => price.source.fromTokens > 0),
    priced: compiled.some(measuresWork),
  };
}

/**
 * Whether the model has a price at all under a credential of this owner. A provider's fee per request or per search does not
 * make its models priced. Whether there is one at a certain instant is answered by `holdBound`.
 */
export function isPriced(sheet: PriceSheet, owner: Target['credentialOwner'] = 'operator'): boolean {
  return tableFor(sheet, owner).priced;
}

function measuresWork({ source }: CompiledPrice): boolean {
  return source.model !== ANY || !isFee(source.meter);
}

/**
 * The one price that applies to a meter, or `undefined`. A price applies when the instant lies in its effective dates
 * and its time window, it holds at the service tier (`service-tier.ts`: `'*'` is ordinary processing, and any tier for
 * a fee only), its region is the request's or `'*'`, and the request has at least `fromTokens` input tokens. Among
 * several that apply, the first difference decides:
 *
 * 1. the meter's own price before a fallback's (`meter-fallbacks.ts`), however specific that one is;
 * 2. the model's own price before the provider's for every model;
 * 3. a named service tier before `'*'`;
 * 4. a named region before `'*'`;
 * 5. a time window before `'*'`;
 * 6. the highest `fromTokens`: a context tier prices the whole request, not only the tokens beyond it.
 *
 * Two prices that differ in none of these and overlap in time do not compile. Where no price applies there is a gap,
 * and the next one in this order takes over; after the last the meter is unpriced.
 */
export function resolvePrice(table: PriceTable, meter: Meter, query: PriceQuery): CompiledPrice | undefined {
  const candidates = table.candidates.get(meter);
  if (candidates === undefined) return undefined;
  const tier = tierOf(query.serviceTier);
  for (const candidate of candidates) {
    if ((candidate.tier === null || candidate.tier === tier) && appliesAtItsTier(candidate, query)) return candidate;
  }
  return undefined;
}

/** Whether the price applies to a request within this reach, at one of its service tiers. */
export function mayApply(price: CompiledPrice, reach: PriceReach): boolean {
  const { tier } = price;
  const servable = tier === null || reach.serviceTiers === null || reach.serviceTiers.some((at) => tierOf(at) === tier);
  return servable && appliesAtItsTier(price, reach);
}

function appliesAtItsTier(
  { source, window, effectiveTo }: CompiledPrice,
  reach: Omit<PriceReach, 'serviceTiers'>,
): boolean {
  return (
    reach.occurredAt >= source.effectiveFrom &&
    reach.occurredAt < effectiveTo &&
    (source.region === ANY || source.region === reach.region) &&
    source.fromTokens <= reach.inputTokens &&
    (window === null || windowContains(window, minuteOfDay(reach.occurredAt)))
  );
}

function sortByPrice(compiled: readonly CompiledPrice[]): ReadonlyMap<Meter, readonly CompiledPrice[]> {
  const sorted = new Map<Meter, CompiledPrice[]>();
  for (const price of compiled.toSorted((a, b) => compareUnitPrices(b.unit, a.unit))) {
    const meter = tokenFamily(price.source.meter);
    const family = sorted.get(meter);
    if (family === undefined) sorted.set(meter, [price]);
    else family.push(price);
  }
  return sorted;
}

/** Negative when `a` is the cheaper unit price. */
export function compareUnitPrices(a: UnitPrice, b: UnitPrice): number {
  const difference = a.picos * b.per - b.picos * a.per;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function compilePrice(source: Price): CompiledPrice {
  const sound =
    source.amountPicos >= 0n &&
    Number.isSafeInteger(source.per) &&
    source.per >= 1 &&
    Number.isSafeInteger(source.fromTokens) &&
    source.fromTokens >= 0 &&
    Number.isFinite(source.effectiveFrom) &&
    (source.effectiveTo === null || source.effectiveTo > source.effectiveFrom);
  if (!sound) throw new RangeError(`price ${source.id} has a negative amount, a bad unit or empty dates`);
  return {
    source,
    window: parseTimeWindow(source.timeWindow),
    tier: source.serviceTier === ANY && isFee(source.meter) ? null : tierOf(source.serviceTier),
    effectiveTo: source.effectiveTo ?? Number.POSITIVE_INFINITY,
    unit: lowestTerms(source.amountPicos, BigInt(source.per)),
  };
}

/** So many basis points of a unit price, exactly. */
export function shareOf({ picos, per }: UnitPrice, basisPoints: number): UnitPrice {
  if (basisPoints === BASIS_POINTS) return { picos, per };
  return { picos: picos * BigInt(basisPoints), per: per * BigInt(BASIS_POINTS) };
}

function lowestTerms(picos: bigint, per: bigint): UnitPrice {
  let a = picos;
  let b = per;
  while (b !== 0n) [a, b] = [b, a % b];
  return { picos: picos / a, per: per / a };
}

function checkOneModel(prices: readonly Price[]): { provider: string; model: string } {
  const models = new Set(prices.map((price) => price.model).filter((model) => model !== ANY));
  const providers = new Set(prices.map((price) => price.provider));
  if (models.size > 1 || providers.size > 1) {
    throw new RangeError('a price sheet holds the prices of one model at one provider');
  }
  return { provider: [...providers][0] ?? ANY, model: [...models][0] ?? ANY };
}

const named = (dimension: string): number => (dimension === ANY ? 0 : 1);

/** The order of `resolvePrice`; rows that compare equal differ only in a name or in time. */
function bySpecificity(a: CompiledPrice, b: CompiledPrice): number {
  return (
    named(b.source.model) - named(a.source.model) ||
    named(b.source.serviceTier) - named(a.source.serviceTier) ||
    named(b.source.region) - named(a.source.region) ||
    named(b.source.timeWindow) - named(a.source.timeWindow) ||
    b.source.fromTokens - a.source.fromTokens ||
    b.source.effectiveFrom - a.source.effectiveFrom
  );
}

function checkOverlaps(compiled: readonly CompiledPrice[]): void {
  const groups = new Map<string, CompiledPrice[]>();
  for (const price of compiled) {
    const { model, meter, serviceTier, region, fromTokens } = price.source;
    const key = JSON.stringify([model, meter, serviceTier, region, fromTokens, price.window === null]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [price]);
    else group.push(price);
  }
  for (const group of groups.values()) {
    group.forEach((price, index) => {
      const rival = group.slice(index + 1).find((other) => overlaps(price, other));
      if (rival !== undefined) throw new RangeError(`prices ${price.source.id} and ${rival.source.id} overlap`);
    });
  }
}

function overlaps(a: CompiledPrice, b: CompiledPrice): boolean {
  const inTime = a.source.effectiveFrom < b.effectiveTo && b.source.effectiveFrom < a.effectiveTo;
  return inTime && (a.window === null || b.window === null || windowsOverlap(a.window, b.window));
}
