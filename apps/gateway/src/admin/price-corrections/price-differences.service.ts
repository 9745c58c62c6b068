import { Injectable } from '@nestjs/common';
import {
  CATALOGUE_SOURCE,
  Database,
  decidePriceDifference,
  inTransaction,
  readPriceDifferences,
  type PriceDifferenceRow,
} from '@tollgate/database';
import { isMeter } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, PriceDifference } from '@tollgate/wire';
import { insertAuditEntry } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { dollars } from '../http/presentation.js';
import { orNotFound } from '../http/problem-error.js';

type Resolution = OperationInput<typeof OPERATIONS.resolvePriceDifference>;

/** Prices of the catalogue about which its two sources disagree. */
@Injectable()
export class PriceDifferencesService {
  constructor(private readonly database: Database) {}

  async list(state: 'open' | 'resolved'): Promise<{ readonly data: readonly PriceDifference[] }> {
    const rows = await readPriceDifferences(this.database.pool, state);
    return { data: rows.map(presentDifference) };
  }

  async resolve(actor: Actor, { params, body }: Resolution): Promise<PriceDifference> {
    const id = params.reviewItemId;
    return inTransaction(this.database.pool, 'READ COMMITTED', async (client) => {
      const text = 'SELECT default_price_book_id AS id FROM installation';
      const bookId = orNotFound((await client.query<{ id: string | null }>(text)).rows[0]?.id);
      const decision = { bookId, accept: body.accept, by: actor.id, source: CATALOGUE_SOURCE };
      const row = orNotFound(await decidePriceDifference(client, id, decision));
      const fact = { action: 'price-difference.resolved', resourceId: id, organizationId: null, before: null };
      await insertAuditEntry(client, actor, { ...fact, after: { accept: body.accept } });
      return presentDifference(row);
    });
  }
}

function presentDifference({ id, details, ...row }: PriceDifferenceRow): PriceDifference {
  const { provider, model, meter, serviceTier, per, present, providerCost } = details;
  if (!isMeter(meter)) throw new RangeError(`${id} is about the unknown meter ${meter}`);
  const impactOf = (impact: string | null) => (impact === null ? null : dollars(impact));
  return {
    id,
    provider,
    model,
    meter,
    serviceTier,
    per,
    present: present === null ? null : dollars(present),
    first: { source: details.firstSource, amount: dollars(details.first), impact: impactOf(details.firstImpact) },
    second: { source: details.secondSource, amount: dollars(details.second), impact: impactOf(details.secondImpact) },
    providerCost: dollars(providerCost),
    state: row.state,
    openedAt: row.openedAt.toISOString(),
    resolvedBy: row.resolvedBy,
    resolution: row.resolution,
  };
}
