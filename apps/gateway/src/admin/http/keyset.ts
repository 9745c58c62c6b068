import type { Page } from '@tollgate/wire';
import { ProblemError } from './problem-error.js';

/**
 * Keyset paging: a cursor names the last row that was seen by its sort key, so that rows which come or go meanwhile
 * neither repeat nor skip others. Ids are time-sortable: the order of `createdAt` is the order of ids.
 */
export interface ListOrder {
  readonly limit: number;
  readonly sort: string;
  readonly cursor?: string | undefined;
}

type Direction = 'asc' | 'desc';

/** Where a page begins, after the cursor was checked. */
export interface Keyset {
  readonly field: string;
  readonly direction: Direction;
  /** Sort key of the last row of the page before, the id last; `null` on the first page. */
  readonly after: readonly string[] | null;
  readonly limit: number;
}

/** @throws ProblemError when the cursor is not one of this list in this order. */
export function readKeyset(order: ListOrder): Keyset {
  const descending = order.sort.startsWith('-');
  const field = descending ? order.sort.slice(1) : order.sort;
  const after = order.cursor === undefined ? null : decodeCursor(order.cursor, order.sort, keyLength(field));
  return { field, direction: descending ? 'desc' : 'asc', after, limit: order.limit };
}

const keyLength = (field: string): number =>
  ['name', 'occurredAt', 'bookedAt', 'openedAt', 'requestedAt'].includes(field) ? 2 : 1;

function encodeCursor(sort: string, key: readonly string[]): string {
  return Buffer.from(JSON.stringify([sort, ...key])).toString('base64url');
}

function decodeCursor(cursor: string, sort: string, length: number): readonly string[] {
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString());
  const valid = Array.isArray(parts) && parts.length === length + 1 && parts[0] === sort && parts.every(isPlainText);
  // what was changed on the way may still decode; only what we wrote is taken
  if (!valid || encodeCursor(sort, parts.slice(1) as string[]) !== cursor)
    throw new ProblemError('invalid-cursor', undefined, [CURSOR_FAULT]);
  return parts.slice(1) as string[];
}

const CURSOR_FAULT = {
  pointer: '/query/cursor',
  code: 'invalid_cursor',
  message: 'send nextCursor of the page before unchanged, with the same sort',
};

/** Cursors are opaque but not signed: what is in one is treated like any other input. */
const isPlainText = (part: unknown): boolean => typeof part === 'string' && !part.includes('\0');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether a part of a cursor is an instant as we write it. Others may be days that Postgres does not know, as 30 February. */
export function isWrittenInstant(part: string): boolean {
  const time = Date.parse(part);
  return part.startsWith('2') && !Number.isNaN(time) && new Date(time).toISOString() === part;
}

interface NamedOrNot {
  readonly id: string;
  readonly name?: string;
}

/** `where` and `orderBy` of a page of rows with an id, perhaps sorted by name. One row more than the page is read. */
export function keysetClauses(keyset: Keyset) {
  const { direction, after } = keyset;
  const beyond = direction === 'asc' ? 'gt' : 'lt';
  const take = keyset.limit + 1;
  const [first = '', second = ''] = after ?? [];
  if (keyset.field !== 'name') {
    const where = after === null ? {} : { id: { [beyond]: first } };
    return { where, orderBy: [{ id: direction }], take };
  }
  const where =
    after === null ? {} : { OR: [{ name: { [beyond]: first } }, { name: first, id: { [beyond]: second } }] };
  return { where, orderBy: [{ name: direction }, { id: direction }], take };
}

/** Cuts the extra row off, and names the last one that stays. */
export function toPage<Row extends NamedOrNot, T>(
  rows: readonly Row[],
  order: ListOrder,
  present: (row: Row) => T,
): Page<T> {
  return toKeyedPage(rows, order, {
    present,
    key: (row) => (order.sort.endsWith('name') ? [row.name ?? '', row.id] : [row.id]),
  });
}

/** Like {@link toPage}, for rows whose sort key is something else. */
export function toKeyedPage<Row, T>(
  rows: readonly Row[],
  order: ListOrder,
  shape: { readonly present: (row: Row) => T; readonly key: (row: Row) => readonly string[] },
): Page<T> {
  const shown = rows.slice(0, order.limit);
  const last = shown.at(-1);
  const more = rows.length > order.limit && last !== undefined;
  return {
    data: shown.map(shape.present),
    nextCursor: more ? encodeCursor(order.sort, shape.key(last)) : null,
    asOf: new Date().toISOString(),
  };
}
