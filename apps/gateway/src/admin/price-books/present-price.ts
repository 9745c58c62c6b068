import type { Prisma } from '@tollgate/database';
import { isMeter } from '@tollgate/domain';
import type { Price } from '@tollgate/wire';
import { dollars, instantOrNull } from '../http/presentation.js';

/** @throws RangeError for a meter that this version does not know: the row was written by a newer one. */
export function presentPrice(row: Prisma.PriceModel): Price {
  if (!isMeter(row.meter)) throw new RangeError(`price ${row.id} is for the unknown meter ${row.meter}`);
  return {
    id: row.id,
    priceBookId: row.priceBookId,
    provider: row.provider,
    model: row.model,
    meter: row.meter,
    serviceTier: row.serviceTier,
    region: row.region,
    fromTokens: row.fromTokens,
    timeWindow: row.timeWindow,
    amount: dollars(row.amount),
    per: row.per,
    effectiveFrom: row.effectiveFrom.toISOString(),
    effectiveTo: instantOrNull(row.effectiveTo),
    introducedIn: row.introducedIn,
    retiredIn: row.retiredIn,
    source: row.source,
  };
}
