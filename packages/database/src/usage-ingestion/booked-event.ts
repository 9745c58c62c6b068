import { promptCachePremium, rate, settle, settlementOf } from '@tollgate/billing';
import type { Charge, RatedLine, Rating, RatingRequest, SettledUsage, WastedMoney } from '@tollgate/billing';
import { inputTokens, METERS, outputTokens, parsePicos } from '@tollgate/domain';
import type { Meter, Picos, Target, Usage, UsageEvent } from '@tollgate/domain';

import type { SnapshotPrices } from '../prices/snapshot-prices.js';
import type { BookedOrganization, BookingTime } from './booking-calendar.js';

type RatingState = 'rated' | 'unpriced' | 'none';

/** A usage event with what it costs and where it is booked: a row of `usage_event`, with its rated lines. */
export interface BookedEvent extends BookingTime {
  readonly event: UsageEvent;
  readonly organization: BookedOrganization;
  readonly usage: Usage;
  readonly usageSource: UsageEvent['usageSource'];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly ratingState: RatingState;
  /** What has a quantity, and no price, or nothing that tells what we pay for it. */
  readonly unpricedMeters: readonly Meter[];
  readonly charge: Charge;
  readonly providerCost: Picos;
  readonly listCost: Picos;
  readonly billedCost: Picos;
  readonly lines: readonly RatedLine[];
  /** What it costs more than without prompt caches; null where none is used, or nobody is charged. */
  readonly promptCachePremium: WastedMoney | null;
}

/** What a revision of an event was rated by; another one may differ in all of it. */
interface RatedAs extends Pick<UsageEvent, 'usage' | 'outcome' | 'serviceTier'> {
  readonly prices: SnapshotPrices | null;
}

const CACHE_READ_METERS: readonly Meter[] = ['input_cache_read', 'input_audio_cache_read'];

interface Booking {
  readonly organization: BookedOrganization;
  readonly time: BookingTime;
  /** The snapshot that the gateway used; `null` when the event names none. */
  readonly prices: SnapshotPrices | null;
}

/** Settles and rates an event, by the same functions and the same prices as the gateway that captured it. */
export function bookEvent(event: UsageEvent, { organization, time, prices }: Booking): BookedEvent {
  const settled = settle(event);
  const { usage, usageSource, charge } = settled;
  const rating = ratingOf(event, settled, { isSimulated: organization.simulated, prices });
  return {
    event,
    organization,
    ...time,
    usage,
    usageSource,
    inputTokens: inputTokens(usage),
    outputTokens: outputTokens(usage),
    cacheReadTokens: CACHE_READ_METERS.reduce((sum, meter) => sum + (usage[meter] ?? 0), 0),
    charge,
    ...costsBy(rating, event, settled),
    promptCachePremium:
      rating === null ? null : premiumAsBooked({ event, organization }, { ...event, usage, prices }, rating),
  };
}

export type EventCosts = Pick<
  BookedEvent,
  'ratingState' | 'unpricedMeters' | 'providerCost' | 'listCost' | 'billedCost' | 'lines'
>;

const NO_COSTS: EventCosts = {
  ratingState: 'none',
  unpricedMeters: [],
  providerCost: 0n,
  listCost: 0n,
  billedCost: 0n,
  lines: [],
};

/** What an event costs at these prices, once it is settled. */
export function costsOf(event: UsageEvent, settled: SettledUsage, rated: RatedBy): EventCosts {
  return costsBy(ratingOf(event, settled, rated), event, settled);
}

interface RatedBy {
  readonly isSimulated: boolean;
  readonly prices: SnapshotPrices | null;
}

/** Null where nothing is charged, or no prices are known. */
function ratingOf(event: UsageEvent, { usage, charge }: SettledUsage, { isSimulated, prices }: RatedBy): Rating | null {
  const { target } = event;
  if (charge === 'none' || target === null || prices === null) return null;
  return rate(prices.sheet(target.provider, target.pricedModel), ratingRequest(event, target, { usage, isSimulated }));
}

function costsBy(rating: Rating | null, { target }: UsageEvent, { usage, charge }: SettledUsage): EventCosts {
  if (charge === 'none' || target === null) return NO_COSTS;
  if (rating === null) return { ...NO_COSTS, ratingState: 'unpriced', unpricedMeters: usedMeters(usage) };
  const { lines, providerCost, listCost, billedCost, unpriced, uncosted } = rating;
  const unpricedMeters = [...unpriced, ...uncosted];
  const ratingState = unpricedMeters.length > 0 ? 'unpriced' : 'rated';
  if (charge === 'customer') return { ratingState, unpricedMeters, providerCost, listCost, billedCost, lines };
  // waste: we pay the provider, and nobody pays us
  return {
    ratingState,
    unpricedMeters,
    providerCost,
    listCost,
    billedCost: 0n,
    lines: lines.map((line) => ({ ...line, billedCost: 0n })),
  };
}

function usedMeters(usage: Usage): Meter[] {
  return METERS.filter((meter) => (usage[meter] ?? 0) > 0);
}

/** The premium of an event, or of what it corrects as that was booked. */
export function premiumAsBooked(
  { event, organization }: Pick<BookedEvent, 'event' | 'organization'>,
  asBooked: RatedAs,
  rating?: Rating,
): WastedMoney | null {
  const { target } = event;
  const { usage, outcome, serviceTier, prices } = asBooked;
  if (target === null || prices === null || settlementOf(outcome).charge !== 'customer') return null;
  const sheet = prices.sheet(target.provider, target.pricedModel);
  const request = ratingRequest({ ...event, serviceTier }, target, { usage, isSimulated: organization.simulated });
  return promptCachePremium(sheet, request, rating);
}

function ratingRequest(
  event: UsageEvent,
  target: Target,
  { usage, isSimulated }: { readonly usage: Usage; readonly isSimulated: boolean },
): RatingRequest {
  return {
    usage,
    serviceTier: event.serviceTier,
    region: target.region,
    occurredAt: event.occurredAt,
    credentialOwner: target.credentialOwner,
    // what was made up costs nothing, unless the organization itself is made up
    simulated: target.simulated && !isSimulated,
  };
}

/** Whether the gateway charged its limits with another amount than what is booked: prices or code differ somewhere. */
export function capturedDifferently({ event, billedCost }: BookedEvent): boolean {
  return event.capturedCost !== null && parsePicos(event.capturedCost) !== billedCost;
}
