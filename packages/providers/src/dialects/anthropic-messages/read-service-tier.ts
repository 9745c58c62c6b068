import { isRecord } from '../../json.js';

/** What of a request or of an answer decides what its tokens cost; each is absent where nothing special was asked for. */
interface TierFacts {
  readonly tier: string | null;
  readonly speed: string | null;
  readonly inferenceGeo: string | null;
}

const FAST = 'fast';
const UNITED_STATES = 'us';
/** Tiers that have a name because there are others. */
const ORDINARY: readonly (string | null)[] = [null, 'standard', 'standard_only', 'auto'];

/**
 * The tier at which a message was served, in Anthropic's words, with the other two things in the answer that change its
 * price: fast mode, and inference that was kept in the United States (`fast`, `us`, `batch-us`, …). `null` when it does
 * not say.
 */
export function readServiceTier(usage: unknown): string | null {
  if (!isRecord(usage)) return null;
  const { service_tier: tier, speed, inference_geo: inferenceGeo } = usage;
  return pricedTier({ tier: text(tier), speed: text(speed), inferenceGeo: text(inferenceGeo) });
}

/** The same of what a request asks for. */
export function pricedTier({ tier, speed, inferenceGeo }: TierFacts): string | null {
  const named = speed === FAST ? FAST : tier;
  if (inferenceGeo !== UNITED_STATES) return named;
  return ORDINARY.includes(named) ? UNITED_STATES : `${named ?? ''}-${UNITED_STATES}`;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
