import { isRecord } from '../../json.js';

/** The conversation speaks of tiers in OpenAI's words. */
export function readRequestedTier(tier: string | null): string | null {
  const word = tier?.toLowerCase() ?? null;
  if (word === null || word === 'unspecified') return null;
  return word === 'standard' ? 'default' : word;
}

const WRITTEN: Readonly<Record<string, string>> = {
  default: 'standard',
  standard: 'standard',
  standard_only: 'standard',
  flex: 'flex',
  priority: 'priority',
};

/** `null` for what has no word here. */
export function writeRequestedTier(tier: string): string | null {
  return WRITTEN[tier] ?? null;
}

/** How Vertex names what served a request. */
const TRAFFIC: Readonly<Record<string, string>> = {
  ON_DEMAND: 'standard',
  ON_DEMAND_PRIORITY: 'priority',
  ON_DEMAND_FLEX: 'flex',
  ON_DEMAND_OFFPEAK: 'offpeak',
  PROVISIONED_THROUGHPUT: 'provisioned',
};

/** The tier at which an answer was served, as its usage says: in words by the Gemini API, as a kind of traffic by Vertex. */
export function readServiceTier(usage: unknown): string | null {
  if (!isRecord(usage)) return null;
  const { serviceTier, trafficType } = usage;
  if (typeof serviceTier === 'string' && serviceTier !== '' && serviceTier !== 'unspecified') {
    return serviceTier.toLowerCase();
  }
  return typeof trafficType === 'string' ? (TRAFFIC[trafficType] ?? null) : null;
}

/** What clients of Google may be told; others' words in Google's. */
export function writeServedTier(tier: string | null): string | null {
  if (tier === null) return null;
  return WRITTEN[tier] ?? null;
}
