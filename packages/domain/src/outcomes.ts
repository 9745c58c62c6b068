/**
 * How a request ended, as far as money is concerned: a closed list. What each outcome charges is decided in one place,
 * `@tollgate/billing` settlement, which does not compile when an outcome is missing there.
 */
export const OUTCOMES = [
  'success',
  'client_left_mid_stream',
  'client_left_before_first_token',
  'gateway_timeout',
  'upstream_failed',
  'upstream_cut_mid_stream',
  'refused',
  'output_guardrail_blocked',
  'cache_hit',
  'idempotent_replay',
  'hedge_loser',
  'shadow_copy',
  'detached',
  'gateway_crashed',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

const KNOWN = new Set<string>(OUTCOMES);

export function isOutcome(name: string): name is Outcome {
  return KNOWN.has(name);
}
