import { newId } from '@tollgate/domain';
import type pg from 'pg';

import type { UsagePosition } from '../usage-corrections/read-booked-batch.js';

export type PricePreviewState = 'requested' | 'running' | 'done' | 'failed' | 'cancelled';

/** A row of `price_preview`: a draft tried on real usage. */
export interface PricePreviewRow {
  readonly id: string;
  readonly priceDraftId: string;
  readonly draftVersion: number;
  readonly state: PricePreviewState;
  readonly from: Date;
  readonly to: Date;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly eventsTotal: string;
  readonly eventsDone: string;
  readonly position: UsagePosition | null;
  readonly failure: string | null;
}

export const PRICE_PREVIEW_COLUMNS = `
  id, price_draft_id AS "priceDraftId", draft_version AS "draftVersion", state, from_at AS "from", to_at AS "to",
  requested_by AS "requestedBy", requested_at AS "requestedAt", started_at AS "startedAt", finished_at AS "finishedAt",
  events_total AS "eventsTotal", events_done AS "eventsDone", position, failure`;

const PREVIEWED_DAYS = 30;

const REQUEST = `
  INSERT INTO price_preview (id, price_draft_id, draft_version, from_at, to_at, requested_by)
  SELECT $1, id, version, date_trunc('milliseconds', now()) - $2 * interval '1 day', date_trunc('milliseconds', now()), $3
  FROM price_draft WHERE id = $4 RETURNING ${PRICE_PREVIEW_COLUMNS}`;

/** Gives up the previews of a draft that are not done. */
export async function cancelPricePreviews(client: pg.PoolClient, draftId: string): Promise<void> {
  await client.query(
    `UPDATE price_preview SET state = 'cancelled', finished_at = now()
     WHERE price_draft_id = $1 AND state IN ('requested', 'running')`,
    [draftId],
  );
}

/** Asks for the preview of a draft, which a worker makes; earlier ones of the draft that are not done are given up. */
export async function requestPricePreview(
  client: pg.PoolClient,
  { draftId, requestedBy }: { readonly draftId: string; readonly requestedBy: string },
): Promise<PricePreviewRow> {
  await cancelPricePreviews(client, draftId);
  const values = [newId('pricePreview'), PREVIEWED_DAYS, requestedBy, draftId];
  const [row] = (await client.query<PricePreviewRow>(REQUEST, values)).rows;
  if (row === undefined) throw new TypeError(`there is no draft ${draftId}`);
  return row;
}

/** A row of `price_preview_line`; amounts are decimal USD. */
export interface PricePreviewLine {
  readonly organizationId: string;
  readonly provider: string;
  readonly model: string;
  readonly requests: string;
  readonly unpriced: string;
  readonly billedNow: string;
  readonly billedThen: string;
  readonly costNow: string;
  readonly costThen: string;
}

export const PRICE_PREVIEW_LINE_COLUMNS = `
  organization_id AS "organizationId", provider, model, requests, unpriced, billed_now AS "billedNow",
  billed_then AS "billedThen", cost_now AS "costNow", cost_then AS "costThen"`;
