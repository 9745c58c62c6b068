import type { Meter, Outcome, Picos, Usage, WasteKind } from '@tollgate/domain';

import type { PriceSheet } from './price-sheet.js';
import { rate } from './rating.js';
import type { Rating, RatingRequest } from './rating.js';
import type { Charge } from './settlement.js';

/** Money for which nothing was got: what it costs us, and what the organization is charged for it. */
export interface WastedMoney {
  readonly providerCost: Picos;
  readonly billedCost: Picos;
}

/** A new outcome does not compile until it is decided here whether its money is wasted. */
const WASTED: Readonly<Record<Outcome, WasteKind | null>> = {
  success: null,
  client_left_mid_stream: 'client_left',
  client_left_before_first_token: 'client_left',
  gateway_timeout: 'timed_out',
  upstream_failed: 'failed_attempt',
  upstream_cut_mid_stream: 'cut_stream',
  refused: null,
  output_guardrail_blocked: null,
  cache_hit: null,
  idempotent_replay: 'idempotent_replay',
  hedge_loser: 'hedge_loser',
  shadow_copy: 'shadow_copy',
  detached: null,
  gateway_crashed: null,
};

/** As which waste the money of an event counts; null where it bought something, or there is none. */
export function wasteKindOf(outcome: Outcome, charge: Charge): WasteKind | null {
  if (charge === 'none') return null;
  return WASTED[outcome] ?? (charge === 'waste' ? 'failed_attempt' : null);
}

/** What prompts are counted under that are written into a provider's cache or read from it, and what they are without. */
const UNCACHED: Partial<Record<Meter, Meter>> = {
  input_cache_read: 'input',
  input_cache_write_5m: 'input',
  input_cache_write_1h: 'input',
  input_audio_cache_read: 'input_audio',
};
const CACHE_METERS = Object.keys(UNCACHED) as Meter[];

/**
 * What a request costs more than it would without prompt caches: above 0 where prompts are written into one, below 0 where
 * they are read from it. Summed over a day, what stays above 0 was lost. By the one rating function, as if all of the
 * input were plain; null where no cache is used. `rated` is what it says of the request, where that is known already.
 */
export function promptCachePremium(sheet: PriceSheet, request: RatingRequest, rated?: Rating): WastedMoney | null {
  const { usage } = request;
  if (!CACHE_METERS.some((meter) => (usage[meter] ?? 0) > 0)) return null;
  const cached = rated ?? rate(sheet, request);
  const plain = rate(sheet, { ...request, usage: withoutCaches(usage) });
  // what has no price says nothing
  if (cached.unpriced.length > 0 || plain.unpriced.length > 0) return null;
  return {
    providerCost: cached.providerCost - plain.providerCost,
    billedCost: cached.billedCost - plain.billedCost,
  };
}

function withoutCaches(usage: Usage): Usage {
  const plain: Partial<Record<Meter, number>> = {};
  for (const [meter, quantity] of Object.entries(usage) as [Meter, number][]) {
    const counted = UNCACHED[meter] ?? meter;
    plain[counted] = (plain[counted] ?? 0) + quantity;
  }
  return plain;
}
