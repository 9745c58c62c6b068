/**
 * Money that bought nothing. At the operator's expense: `failed_attempt` (the provider bills an attempt that failed),
 * `hedge_loser`, `shadow_copy`, `idempotent_replay`. Charged to the customer: `client_left` (nobody read it to its end),
 * `cut_stream` (the provider broke off), `timed_out`, and `prompt_cache`: what prompts cost more to write into a cache than
 * was saved by reading them from it.
 */
export const WASTE_KINDS = [
  'failed_attempt',
  'hedge_loser',
  'shadow_copy',
  'idempotent_replay',
  'client_left',
  'cut_stream',
  'timed_out',
  'prompt_cache',
] as const;

export type WasteKind = (typeof WASTE_KINDS)[number];
