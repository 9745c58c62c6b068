import { isLiveAt } from '@tollgate/billing';
import { formatPicos, magnitudeOf, nanosToPicos, parsePicos, publicRequestId } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';
import type pg from 'pg';

import { readOwed } from '../funding/read-owed.js';
import { raiseReviewItems, resolveReviewItems } from '../reviews/raise-review-items.js';
import type { ReviewItemDraft } from '../reviews/raise-review-items.js';
import { capturedDifferently } from './booked-event.js';
import type { BookedOrganization } from './booking-calendar.js';
import type { CorrectedEvent } from './corrected-usage.js';
import type { FundedEvent, Funds } from './funded-event.js';

/** A provider's own figure is told apart from ours by so much, in both: a hundredth, and a hundredth of a cent. */
const DRIFT_SHARE = 100n;
const DRIFT_PICOS = 100_000_000n;

interface Reviewed {
  readonly booked: readonly FundedEvent[];
  readonly corrected: ReadonlyMap<string, CorrectedEvent>;
  readonly funds: Funds;
}

/** The key under which a correction finds what it corrects. */
export const eventKey = ({ event }: Pick<FundedEvent, 'event'>): string =>
  `${event.requestId} ${event.part} ${event.revision}`;

/** Raises what somebody has to look at among booked events, and resolves what the truth has settled. */
export async function reviewUsage(client: pg.PoolClient, { booked, corrected, funds }: Reviewed): Promise<void> {
  const items = booked.flatMap(itemsOf);
  items.push(...(await overdrafts(client, booked, funds)));
  await raiseReviewItems(client, items);
  const settled = booked.filter(
    (each) => each.event.outcome !== 'gateway_crashed' && corrected.get(eventKey(each))?.outcome === 'gateway_crashed',
  );
  await resolveReviewItems(client, {
    kind: 'gateway_crashed',
    subjects: settled.map(({ event }) => publicRequestId(event.requestId)),
    resolution: 'The true usage turned up and was booked as a correction.',
  });
}

function itemsOf(booked: FundedEvent): ReviewItemDraft[] {
  const { event, billedCost, accountingPeriod } = booked;
  const request = (kind: ReviewItemDraft['kind'], picos: Picos, details: ReviewItemDraft['details']) => ({
    kind,
    subject: publicRequestId(event.requestId),
    organizationId: event.organizationId,
    picos,
    details: { accountingPeriod, requestedModel: event.requestedModel, ...details },
  });
  const items: ReviewItemDraft[] = [];
  // a correction states the usage anew, whatever was held and captured then
  if (event.revision === 0) {
    if (event.outcome === 'gateway_crashed') items.push(request('gateway_crashed', billedCost, {}));
    const hold = nanosToPicos(event.holdNanos);
    if (hold > 0n && billedCost > hold) {
      items.push(request('overrun', billedCost - hold, { hold: formatPicos(hold), billed: formatPicos(billedCost) }));
    }
    // a demo bills what it makes up, and its gateway captures nothing of it
    if (capturedDifferently(booked) && event.target?.simulated !== true) {
      const captured = parsePicos(event.capturedCost ?? '0');
      items.push(
        request('rating_mismatch', billedCost - captured, {
          captured: formatPicos(captured),
          billed: formatPicos(billedCost),
        }),
      );
    }
  }
  if (event.target === null || event.target.simulated) return items;
  const model = {
    subject: `${event.target.provider}/${event.target.pricedModel}`,
    organizationId: null,
    details: { requestId: publicRequestId(event.requestId), organizationId: event.organizationId },
  };
  // what it costs is not known, so no amount is said
  if (booked.ratingState === 'unpriced') items.push({ ...model, kind: 'unpriced', picos: null });
  const drift = driftOf(booked);
  if (drift !== null) {
    const details = { ...model.details, ours: formatPicos(booked.providerCost), reported: event.providerReportedCost };
    items.push({ ...model, kind: 'provider_cost_drift', picos: drift, details });
  }
  return items;
}

/** How much more the provider says than we do, if that is worth a look. */
function driftOf({ event, providerCost, ratingState }: FundedEvent): Picos | null {
  const { target, providerReportedCost } = event;
  if (providerReportedCost === null || ratingState !== 'rated' || target === null) return null;
  // what the organization pays by itself, and what was made up, cost us nothing
  if (target.credentialOwner === 'organization' || target.simulated) return null;
  const drift = parsePicos(providerReportedCost) - providerCost;
  const size = magnitudeOf(drift);
  return size > DRIFT_PICOS && size * DRIFT_SHARE > providerCost ? drift : null;
}

/** Prepaid organizations that owe more than they may, what is left of their grants considered. */
async function overdrafts(
  client: pg.PoolClient,
  booked: readonly FundedEvent[],
  funds: Funds,
): Promise<ReviewItemDraft[]> {
  const owing = new Map<string, { readonly organization: BookedOrganization; readonly accountingPeriod: string }>();
  for (const { organization, accountingPeriod, billedCost, prepaidCost, promoCost } of booked) {
    if (organization.billingMode !== 'prepaid' || billedCost === prepaidCost + promoCost) continue;
    owing.set(organization.id, { organization, accountingPeriod });
  }
  if (owing.size === 0) return [];
  const owed = await readOwed(client, [...owing.keys()]);
  return [...owing.values()].flatMap(({ organization, accountingPeriod }) => {
    const { id, overdraftLimit, bookedAt } = organization;
    const left = (funds.get(id)?.grants ?? [])
      .filter((grant) => isLiveAt(grant, bookedAt))
      .reduce((sum, { remaining }) => sum + remaining, 0n);
    const beyond = (owed.get(id) ?? 0n) - left;
    if (beyond <= overdraftLimit) return [];
    const details = { accountingPeriod, overdraftLimit: formatPicos(overdraftLimit), beyond: formatPicos(beyond) };
    const subject = `${id}/${accountingPeriod}`;
    return [{ kind: 'overdraft', subject, organizationId: id, picos: beyond - overdraftLimit, details } as const];
  });
}
