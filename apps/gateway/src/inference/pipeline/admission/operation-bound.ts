import { holdBound, type HoldBound, type PriceTable, tableFor } from '@tollgate/billing';
import { type Meter, METERS } from '@tollgate/domain';
import type { OperationBounds } from '@tollgate/providers';

import type { Exchange } from '../exchange.js';
import type { Candidate } from '../routing/route.js';

/**
 * The hold for what is no conversation. An operation may be billed by tokens or by the piece, and its bounds name both:
 * what counts is what the model has prices for. With prices for none of it nothing is bounded.
 */
export function operationBound(
  bounds: OperationBounds,
  { sheet, target }: Pick<Candidate, 'sheet' | 'target'>,
  { occurredAt }: Pick<Exchange, 'occurredAt'>,
): HoldBound {
  const table = tableFor(sheet, target.credentialOwner);
  const has = (meter: Meter): boolean => table.dearestFirst.has(meter);
  const others = METERS.filter((meter) => bounds.others[meter] !== undefined && has(meter));
  const billable = others.length > 0 || has('input') || has('output');
  const { serviceTier } = bounds;
  const bound = holdBound(sheet, {
    inputTokensBound: has('input') ? bounds.inputTokens : 0,
    outputTokensCap: has('output') ? bounds.outputTokens : 0,
    n: 1,
    region: target.region,
    occurredAt,
    credentialOwner: target.credentialOwner,
    ...(serviceTier !== undefined && others.includes('image') && { serviceTiers: [serviceTier] as const }),
    otherQuantities: Object.fromEntries(others.map((meter) => [meter, bounds.others[meter]])),
  });
  return { ...bound, priced: bound.priced && billable && coversOutput(bounds, table) };
}

/** A model with a price for its input alone would give away what it writes. */
function coversOutput({ outputTokens, others }: OperationBounds, table: PriceTable): boolean {
  if (outputTokens === 0 || table.dearestFirst.has('output')) return true;
  return METERS.some((meter) => others[meter] !== undefined && table.dearestFirst.has(meter));
}
