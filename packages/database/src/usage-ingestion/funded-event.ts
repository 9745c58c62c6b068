import { sumsByAccount } from '@tollgate/billing';
import { formatPicos, parsePicos } from '@tollgate/domain';
import type { Picos } from '@tollgate/domain';
import type pg from 'pg';

import { arrayLiteral } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { learnGrants } from '../funding/load-funds.js';
import type { FundedGrant, GrantUse, OrganizationFund } from '../funding/organization-fund.js';
import { sharedInstantText } from '../usage-tables/instant-texts.js';
import type { BookedEvent } from './booked-event.js';
import type { CorrectedEvent } from './corrected-usage.js';

/** A booked event with the credit that pays for it. What neither account pays is owed. */
export interface FundedEvent extends BookedEvent {
  readonly prepaidCost: Picos;
  readonly promoCost: Picos;
  /** What this revision takes from grants, or gives back, beyond its predecessors. */
  readonly uses: readonly GrantUse[];
  /** How many allocations its predecessors have: lines go on counting from there. */
  readonly firstLine: number;
}

/** What the predecessors of a correction were charged, and from which grants. */
interface FundingHistory {
  readonly billed: Picos;
  readonly allocations: readonly GrantUse[];
}

const ALLOCATIONS = `
  SELECT a.request_id AS "requestId", a.part, a.grant_id AS "grantId", a.amount
  FROM unnest($1::uuid[], $2::smallint[], $3::smallint[]) AS correction(request_id, part, revision)
  JOIN grant_allocation a ON a.request_id = correction.request_id AND a.part = correction.part
    AND a.revision < correction.revision
  ORDER BY a.request_id, a.part, a.revision, a.line`;

interface AllocationRow {
  readonly requestId: string;
  readonly part: number;
  readonly grantId: string;
  readonly amount: string;
}

export type Funds = ReadonlyMap<string, OrganizationFund>;

/** Pays events from the grants of their organizations, in the order in which they come. */
export class EventFunding {
  readonly #histories = new Map<BookedEvent, FundingHistory>();

  constructor(private readonly funds: Funds) {}

  /** Reads what corrections have to put right. */
  async learnCorrections(
    client: pg.PoolClient,
    corrections: readonly BookedEvent[],
    corrected: ReadonlyMap<BookedEvent, CorrectedEvent>,
  ): Promise<void> {
    const { rows } = await client.query<AllocationRow>(ALLOCATIONS, [
      arrayLiteral(corrections.map(({ event }) => event.requestId)),
      arrayLiteral(corrections.map(({ event }) => event.part)),
      arrayLiteral(corrections.map(({ event }) => event.revision)),
    ]);
    await learnGrants(
      client,
      this.funds,
      rows.map(({ grantId }) => grantId),
    );
    const recorded = Map.groupBy(rows, ({ requestId, part }) => `${requestId} ${part}`);
    for (const booked of corrections) {
      const { requestId, part } = booked.event;
      const fund = this.#fundOf(booked);
      const allocations = (recorded.get(`${requestId} ${part}`) ?? []).map(({ grantId, amount }) => ({
        grant: knownGrant(fund, grantId),
        picos: parsePicos(amount),
      }));
      this.#histories.set(booked, { billed: corrected.get(booked)?.contribution.billedCost ?? 0n, allocations });
    }
  }

  fund(events: readonly BookedEvent[]): FundedEvent[] {
    return events.map((booked) => this.#fund(booked));
  }

  /** What to call when the events that are funded from now on are not booked after all. */
  remember(): () => void {
    const forget = [...this.funds.values()].map((fund) => fund.remember());
    return () => forget.forEach((call) => call());
  }

  #fund(booked: BookedEvent): FundedEvent {
    const history = this.#histories.get(booked);
    if (history === undefined) {
      if (booked.billedCost === 0n) return { ...booked, prepaidCost: 0n, promoCost: 0n, uses: NO_USES, firstLine: 0 };
      const uses = this.#fundOf(booked).take(booked.billedCost, booked.event.occurredAt);
      return { ...booked, ...costsOf(uses), uses, firstLine: 0 };
    }
    const uses = this.#fundOf(booked).correct(history, booked.billedCost, booked.event.occurredAt);
    const { allocations } = history;
    return { ...booked, ...costsOf([...allocations, ...uses]), uses, firstLine: allocations.length };
  }

  #fundOf({ organization }: BookedEvent): OrganizationFund {
    const fund = this.funds.get(organization.id);
    if (fund === undefined) throw new Error(`the grants of ${organization.id} have not been read`);
    return fund;
  }
}

const NO_USES: readonly GrantUse[] = [];

function costsOf(uses: readonly GrantUse[]): Pick<FundedEvent, 'prepaidCost' | 'promoCost'> {
  const { prepaid, promo } = sumsByAccount(uses);
  return { prepaidCost: prepaid, promoCost: promo };
}

function knownGrant(fund: OrganizationFund, id: string): FundedGrant {
  const grant = fund.grant(id);
  if (grant === undefined) throw new Error(`credit grant ${id} has no balance`);
  return grant;
}

/** A use of a grant with the event that it belongs to. */
export interface EventAllocation {
  readonly booked: FundedEvent;
  readonly line: number;
  readonly use: GrantUse;
}

export function allocationsOf(events: readonly FundedEvent[]): EventAllocation[] {
  return events.flatMap((booked) => booked.uses.map((use, index) => ({ booked, line: booked.firstLine + index, use })));
}

export const ALLOCATION_COLUMNS: readonly Column<EventAllocation>[] = [
  { name: 'request_id', type: 'uuid', value: ({ booked }) => booked.event.requestId },
  { name: 'part', type: 'smallint', value: ({ booked }) => booked.event.part },
  { name: 'revision', type: 'smallint', value: ({ booked }) => booked.event.revision },
  { name: 'line', type: 'smallint', value: ({ line }) => line },
  { name: 'organization_id', type: 'text', value: ({ booked }) => booked.organization.id },
  { name: 'grant_id', type: 'text', value: ({ use }) => use.grant.id },
  { name: 'account', type: 'text', value: ({ use }) => use.grant.account },
  { name: 'amount', type: 'numeric', value: ({ use }) => formatPicos(use.picos) },
  { name: 'accounting_period', type: 'text', value: ({ booked }) => booked.accountingPeriod },
  {
    name: 'booked_at',
    type: 'timestamptz',
    value: ({ booked }) => sharedInstantText(booked.organization.bookedAt),
  },
];

const CAPTURE = `
  UPDATE organization_funding f SET captured = f.captured + given.captured
  FROM unnest($1::text[], $2::numeric[]) AS given(id, captured) WHERE f.organization_id = given.id`;

/** Adds what first revisions were billed to what has been captured of their organizations. */
export async function addToCaptured(client: pg.PoolClient, booked: readonly BookedEvent[]): Promise<void> {
  const sums = new Map<string, Picos>();
  for (const { event, organization, billedCost } of booked) {
    if (event.revision === 0 && billedCost !== 0n) {
      sums.set(organization.id, (sums.get(organization.id) ?? 0n) + billedCost);
    }
  }
  if (sums.size === 0) return;
  const values = [arrayLiteral([...sums.keys()]), arrayLiteral([...sums.values()].map(formatPicos))];
  await client.query({ name: 'capture_funding', text: CAPTURE, values });
}
