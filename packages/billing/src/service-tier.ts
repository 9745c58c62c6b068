import type { Meter } from '@tollgate/domain';

import { ANY } from './price.js';

/**
 * What providers answer where nothing but ordinary processing was bought: OpenAI says `default`, Anthropic `standard`,
 * Groq `on_demand`; servers that do not know tiers repeat the caller's `auto`.
 */
const ORDINARY: ReadonlySet<string> = new Set([ANY, '', 'default', 'standard', 'on_demand', 'auto']);

/** Fees per call: providers name one for all tiers, while tokens and other work cost something else at each. */
const FEES: ReadonlySet<Meter> = new Set<Meter>(['request', 'web_search', 'search_unit']);

/** The service tier that a provider named, with `'*'` for ordinary processing under any of its names. */
export function tierOf(name: string): string {
  return ORDINARY.has(name) ? ANY : name;
}

/**
 * Whether the meter counts calls and not work. A price of a fee for tier `'*'` holds at every tier. A price of work for
 * tier `'*'` is one of ordinary processing: at another tier it would be a wrong price, so that without a price of its
 * own the work is unpriced there.
 */
export function isFee(meter: Meter): boolean {
  return FEES.has(meter);
}
