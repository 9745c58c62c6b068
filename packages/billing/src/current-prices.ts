import { divideHalfEven, METERS } from '@tollgate/domain';
import type { Meter, Picos } from '@tollgate/domain';

import { markupFor } from './markups.js';
import { BASIS_POINTS, resolvePrice, shareOf } from './price-sheet.js';
import type { PriceSheet } from './price-sheet.js';

/** What a customer pays for a meter now, for people to read; rating never uses it. */
export interface CurrentPrice {
  readonly meter: Meter;
  /** For `per` units, the organization's terms applied. */
  readonly amountPicos: Picos;
  readonly per: number;
}

/** The prices of a small request on the default service tier at an instant; meters that fall back are left out. */
export function currentPrices(sheet: PriceSheet, { region, at }: { region: string; at: number }): CurrentPrice[] {
  const prices: CurrentPrice[] = [];
  for (const meter of METERS) {
    const query = { region, occurredAt: at, inputTokens: 0, serviceTier: 'default' };
    const price = resolvePrice(sheet, meter, query);
    if (price?.source.meter !== meter) continue;
    const { per } = price.source;
    const marked = shareOf(price.unit, BASIS_POINTS + markupFor(sheet.markups, meter, query));
    prices.push({ meter, amountPicos: divideHalfEven(marked.picos * BigInt(per), marked.per), per });
  }
  return prices;
}
