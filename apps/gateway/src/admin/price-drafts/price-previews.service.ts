import { Injectable } from '@nestjs/common';
import {
  Database,
  inTransaction,
  lockPriceDraft,
  PRICE_PREVIEW_COLUMNS,
  PRICE_PREVIEW_LINE_COLUMNS,
  requestPricePreview,
  type PricePreviewLine as LineRow,
  type PricePreviewRow,
} from '@tollgate/database';
import { formatPicos, parsePicos } from '@tollgate/domain';
import type { PricePreview, PricePreviewLine } from '@tollgate/wire';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { progressOf } from '../http/job-progress.js';
import { dollars, instantOrNull } from '../http/presentation.js';
import { conflict, orNotFound } from '../http/problem-error.js';

const NEWEST = `SELECT ${PRICE_PREVIEW_COLUMNS} FROM price_preview WHERE price_draft_id = $1 ORDER BY id DESC LIMIT 1`;
const LINES = `SELECT ${PRICE_PREVIEW_LINE_COLUMNS} FROM price_preview_line WHERE price_preview_id = $1
  ORDER BY billed_then - billed_now DESC, organization_id, provider, model LIMIT 200`;
const TOTALS = `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(unpriced), 0) AS unpriced,
    coalesce(sum(billed_now), 0) AS "billedNow", coalesce(sum(billed_then), 0) AS "billedThen",
    coalesce(sum(cost_now), 0) AS "costNow", coalesce(sum(cost_then), 0) AS "costThen"
  FROM price_preview_line WHERE price_preview_id = $1`;

type Sums = Omit<LineRow, 'organizationId' | 'provider' | 'model'>;

@Injectable()
export class PricePreviewsService {
  constructor(private readonly database: Database) {}

  async request(actor: Actor, draftId: string): Promise<PricePreview> {
    await inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const draft = orNotFound(await lockPriceDraft(client, draftId));
      if (draft.state !== 'open' && draft.state !== 'scheduled') throw conflict(`The draft is ${draft.state}.`);
      const { id } = await requestPricePreview(client, { draftId, requestedBy: actor.id });
      const fact = { action: 'price-preview.requested', resourceId: id, organizationId: null, before: null };
      await insertAuditEntry(client, actor, { ...fact, after: { draft: draftId } });
    });
    return this.read(draftId);
  }

  async read(draftId: string): Promise<PricePreview> {
    const { pool } = this.database;
    const preview = orNotFound((await pool.query<PricePreviewRow>(NEWEST, [draftId])).rows[0]);
    const { rows: lines } = await pool.query<LineRow>(LINES, [preview.id]);
    const [totals] = (await pool.query<Sums>(TOTALS, [preview.id])).rows;
    return {
      id: preview.id,
      priceDraftId: preview.priceDraftId,
      draftVersion: preview.draftVersion,
      state: preview.state,
      ...progressOf({ ...preview, isDone: preview.state === 'done' }, Date.now()),
      from: preview.from.toISOString(),
      to: preview.to.toISOString(),
      requestedBy: preview.requestedBy,
      requestedAt: preview.requestedAt.toISOString(),
      finishedAt: instantOrNull(preview.finishedAt),
      failure: preview.failure,
      totals: presentSums(orNotFound(totals)),
      lines: lines.map((line) => ({
        organizationId: line.organizationId,
        provider: line.provider,
        model: line.model,
        ...presentSums(line),
      })),
    };
  }

  async cancel(draftId: string): Promise<void> {
    const text = `UPDATE price_preview SET state = 'cancelled', finished_at = now()
      WHERE price_draft_id = $1 AND state IN ('requested', 'running')`;
    const preview = (await this.database.pool.query(NEWEST, [draftId])).rows[0] as PricePreviewRow | undefined;
    orNotFound(preview);
    await this.database.pool.query(text, [draftId]);
  }
}

function presentSums(sums: Sums): Omit<PricePreviewLine, 'organizationId' | 'provider' | 'model'> {
  return {
    requests: Number(sums.requests),
    unpriced: Number(sums.unpriced),
    billedNow: dollars(sums.billedNow),
    billedThen: dollars(sums.billedThen),
    difference: dollars(formatPicos(parsePicos(sums.billedThen) - parsePicos(sums.billedNow))),
    providerCostNow: dollars(sums.costNow),
    providerCostThen: dollars(sums.costThen),
  };
}
