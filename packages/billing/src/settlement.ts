import { METERS } from '@tollgate/domain';
import type { Meter, Outcome, Usage, UsageEvent, UsageSource } from '@tollgate/domain';

/** Who pays: the customer, nobody but us (`waste`), or there is nothing to pay. */
export type Charge = 'customer' | 'waste' | 'none';

/** What an outcome means for money. */
export interface Settlement {
  readonly charge: Charge;
  /**
   * What is charged when no usage is known. `estimate`: the input and what was delivered of the output, estimated.
   * `nothing`: only what the gateway put into the event (which knows whether the provider bills a disconnect).
   */
  readonly unreported: 'estimate' | 'nothing';
  /** The same in words, for whoever asks why a request costs what it does. */
  readonly rule: string;
}

type Rule = Pick<Settlement, 'unreported' | 'rule'>;

const billed = (unreported: Rule['unreported'], rule: string): Settlement => ({ charge: 'customer', unreported, rule });
const wasted = (unreported: Rule['unreported'], rule: string): Settlement => ({ charge: 'waste', unreported, rule });
const free = (rule: string): Settlement => ({ charge: 'none', unreported: 'nothing', rule });

/** Every outcome has its row: a new one does not compile until its settlement is decided here. */
const SETTLEMENTS: Readonly<Record<Outcome, Settlement>> = {
  success: billed('estimate', 'The usage that the provider reported is charged; an estimate when it reported none.'),
  client_left_mid_stream: billed(
    'estimate',
    'The client left while the answer was streamed: what the provider reported is charged, else what was delivered.',
  ),
  client_left_before_first_token: billed(
    'nothing',
    'The client left before the answer began: what the provider bills all the same is charged, else nothing.',
  ),
  gateway_timeout: billed('estimate', 'Time ran out: what the provider reported is charged, else an estimate.'),
  upstream_failed: wasted('nothing', 'The provider failed before it answered: nothing is charged.'),
  upstream_cut_mid_stream: billed('estimate', 'The provider broke off: what was delivered is charged.'),
  refused: free('Refused by policy or a limit: nothing is charged.'),
  output_guardrail_blocked: billed('estimate', 'The answer was blocked after it was made: its usage is charged.'),
  cache_hit: free('Answered from the cache: nothing is charged.'),
  idempotent_replay: wasted('nothing', 'A repeated request got the first one’s answer: nothing is charged.'),
  hedge_loser: wasted('nothing', 'Another attempt was quicker: nothing is charged.'),
  shadow_copy: wasted('estimate', 'A copy for comparison: nothing is charged.'),
  detached: billed('estimate', 'The client left and may fetch the answer later: its usage is charged once.'),
  gateway_crashed: billed(
    'estimate',
    'The gateway ended while the request ran: an estimate of the input is charged, until the true usage turns up.',
  ),
};

/** How an outcome is settled when usage is known, and when it is not. */
export function settlementOf(outcome: Outcome): Settlement {
  return SETTLEMENTS[outcome];
}

/** What `settle` needs to know of a request; a `UsageEvent` is one. */
export type SettlementFacts = Pick<
  UsageEvent,
  'outcome' | 'usage' | 'usageSource' | 'deliveredCharacters' | 'inputTokensBound' | 'target'
>;

export interface SettledUsage {
  readonly usage: Usage;
  readonly usageSource: UsageSource;
  readonly charge: Charge;
}

/**
 * One token is about four characters of English text, and one byte per character there. Other scripts take more
 * tokens per character but also more bytes, so that the estimate of the input errs less than it seems. Estimates are
 * rounded up: what was delivered is never free.
 */
const CHARACTERS_PER_TOKEN = 4;

/** Tokens in so many characters (or bytes) of text, estimated and rounded up. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/**
 * Which usage a request is charged for, and to whom. The gateway captures by it and the worker books by it.
 *
 * - Usage that was reported, recovered or already estimated is taken as it is, so that settling twice changes nothing.
 * - A stream that ended early with no output reported, or none yet (zero), is completed with an estimate of what was
 *   delivered: some providers report the input at the beginning and the output at the end only.
 * - With nothing reported at all, the outcome's row in the table decides.
 * - Without usage nothing is charged, nor without a target, because then nothing was sent.
 */
export function settle(facts: SettlementFacts): SettledUsage {
  const { charge, unreported } = SETTLEMENTS[facts.outcome];
  const { usage, usageSource } = facts;
  if (facts.target === null || charge === 'none') return { usage, usageSource, charge: 'none' };
  if (usageSource === 'none' && unreported === 'estimate') {
    const estimated = estimateUsage(facts);
    return { ...estimated, charge: hasQuantity(estimated.usage) ? charge : 'none' };
  }
  if (endedEarly(facts.outcome) && lacksOutput(facts)) {
    const output = estimateTokens(facts.deliveredCharacters);
    return { usage: { ...usage, output }, usageSource: 'estimated', charge };
  }
  return { usage, usageSource, charge: hasQuantity(usage) ? charge : 'none' };
}

/** What the gateway knows without a report (the searches that a model makes for each answer) stays in the estimate. */
function estimateUsage(facts: SettlementFacts): Omit<SettledUsage, 'charge'> {
  const { inputTokensBound, deliveredCharacters, usage } = facts;
  const input = estimateTokens(inputTokensBound);
  const output = estimateTokens(deliveredCharacters);
  if (input === 0 && output === 0) return { usage, usageSource: 'none' };
  return { usage: { ...usage, ...(input > 0 && { input }), ...(output > 0 && { output }) }, usageSource: 'estimated' };
}

function endedEarly(outcome: Outcome): boolean {
  return outcome === 'client_left_mid_stream' || outcome === 'upstream_cut_mid_stream' || outcome === 'gateway_timeout';
}

/** What was asked for is all that is billed of it, however much was delivered: nothing else came out. */
const SOLD_BY_THE_PIECE: readonly Meter[] = ['image', 'audio_ms', 'character', 'search_unit', 'page', 'video_ms'];

function lacksOutput({ usage, usageSource, deliveredCharacters }: SettlementFacts): boolean {
  if (usageSource === 'none' || deliveredCharacters === 0) return false;
  if (SOLD_BY_THE_PIECE.some((meter) => (usage[meter] ?? 0) > 0)) return false;
  return !METERS.some((meter) => meter.startsWith('output') && (usage[meter] ?? 0) > 0);
}

function hasQuantity(usage: Usage): boolean {
  return METERS.some((meter) => (usage[meter] ?? 0) > 0);
}
