import { formatPicos, parsePicos } from '@tollgate/domain';
import type { MoneyAmount } from '@tollgate/wire';

/** How stored values look in answers. */
export const instantOrNull = (instant: Date | null): string | null => instant?.toISOString() ?? null;

/** Usage accrues in US dollars, so that is what prices, budgets and costs are in. */
export function dollars(amount: string | { toFixed(places: number): string }): MoneyAmount {
  const text = typeof amount === 'string' ? amount : amount.toFixed(12);
  return { amount: formatPicos(parsePicos(text)), currency: 'USD' };
}

/** The instants of a resource that has been created and changed. */
export function revisionOf(row: { version: number; createdAt: Date; updatedAt: Date }) {
  return {
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Drops fields that are undefined: an absent field of a PATCH is not a change. */
export function withoutUndefined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** For people: such as `2026-11-29 14:05 UTC`. */
export const minuteOf = (instant: Date): string => `${instant.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
