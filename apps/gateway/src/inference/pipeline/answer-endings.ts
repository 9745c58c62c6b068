import { estimateTokens } from '@tollgate/billing';
import type { ErrorCode, Outcome, Usage } from '@tollgate/domain';
import type { ReadUsage, UpstreamErrorFacts } from '@tollgate/providers';

import type { AttemptEnd, KnownUsage } from './dispatch/attempt-end.js';
import type { Exchange } from './exchange.js';
import { type Ending, endingWithoutUsage } from './recording/ending.js';
import type { Candidate } from './routing/route.js';

type Answered = Pick<Exchange, 'candidate' | 'firstTokenMs'>;

/** What was reported, with what each answer is billed for and no usage tells of: the model's searches, a fee per request. */
export function reported(
  { candidate, firstTokenMs }: Answered,
  usage: ReadUsage | null,
  source: 'reported' | 'recovered',
): Pick<Ending, 'usage' | 'usageSource' | 'providerReportedCost'> {
  const searches = candidate?.provider.searchesPerRequest(candidate.target.upstreamModel) ?? 0;
  const hasFee = candidate?.sheet.dearestFirst.has('request') ?? false;
  const answered: Usage =
    firstTokenMs === null ? {} : { ...(searches > 0 && { web_search: searches }), ...(hasFee && { request: 1 }) };
  // absurd numbers are not billed: the worker estimates instead, and the event says so by its source
  if (usage === null || usage.problem !== null) {
    return { usage: answered, usageSource: 'none', providerReportedCost: null };
  }
  const { reportedCost: providerReportedCost } = usage;
  return {
    usage: searches > 0 || hasFee ? { ...usage.usage, ...answered } : usage.usage,
    usageSource: usage.estimated === true ? 'estimated' : source,
    providerReportedCost,
  };
}

export function served(facts: {
  servedModel: string | null;
  serviceTier: string | null;
  deliveredCharacters: number;
}): Pick<Ending, 'servedModel' | 'serviceTier' | 'deliveredCharacters'> {
  return {
    servedModel: facts.servedModel,
    serviceTier: facts.serviceTier ?? '*',
    deliveredCharacters: facts.deliveredCharacters,
  };
}

/** The input of a request that was left before the first token, where the provider bills it all the same. */
export function inputBilledAnyway({
  candidate,
  dispatchedMs,
  inputTokensBound,
}: Pick<Exchange, 'candidate' | 'dispatchedMs' | 'inputTokensBound'>): Pick<Ending, 'usage' | 'usageSource'> | null {
  if (candidate === null || dispatchedMs === null) return null;
  if (candidate.provider.billsAfterDisconnect(candidate.target.upstreamModel) === 'stops') return null;
  return { usage: { input: estimateTokens(inputTokensBound) }, usageSource: 'estimated' };
}

/**
 * The ending of an attempt that is not the answer: it failed before the commit, or another one was quicker. What the
 * provider bills for it is known where it said so, or where it bills whoever hangs up for what it has read.
 */
export function wastedEnding(exchange: Exchange, candidate: Candidate, end: AttemptEnd): Ending {
  const as = { candidate, firstTokenMs: null };
  switch (end.kind) {
    case 'failed':
    case 'cut':
      return failedEnding(exchange, candidate, { facts: end.facts, known: end.stream });
    case 'abandoned':
      return lostEnding(exchange, candidate, end);
    case 'completion':
      return { ...ofLoser(), ...reported(as, end.facts.usage, 'reported'), ...served(end.facts) };
    case 'stream':
      return { ...ofLoser(), ...reported(as, end.stream.usage, 'reported'), ...served(end.stream) };
  }
}

const ofLoser = (outcome: Outcome = 'hedge_loser', code: ErrorCode | null = null): Ending =>
  endingWithoutUsage(outcome, 0, code);

function failedEnding(
  exchange: Exchange,
  candidate: Candidate,
  { facts, known }: { readonly facts: UpstreamErrorFacts; readonly known: KnownUsage | null },
): Ending {
  const told = reported({ candidate, firstTokenMs: null }, known?.usage ?? null, 'reported');
  const ending = { ...ofLoser('upstream_failed', facts.code), ...told };
  // nothing came in time: it may have been working on it all the same
  const isLeft = facts.code === 'provider_timed_out' && ending.usageSource === 'none';
  return isLeft ? { ...ending, ...inputBilledAnyway({ ...contextOf(exchange), candidate }) } : ending;
}

function lostEnding(
  exchange: Exchange,
  candidate: Candidate,
  { known, drained }: Extract<AttemptEnd, { kind: 'abandoned' }>,
): Ending {
  const told = reported({ candidate, firstTokenMs: null }, known?.usage ?? null, drained ? 'recovered' : 'reported');
  const ending = { ...ofLoser(), ...told, ...(known === null ? {} : served(known)) };
  return ending.usageSource === 'none'
    ? { ...ending, ...inputBilledAnyway({ ...contextOf(exchange), candidate }) }
    : ending;
}

const contextOf = ({ dispatchedMs, inputTokensBound }: Exchange) => ({ dispatchedMs, inputTokensBound });
