import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Everything before this place in a journal has been forwarded. */
export interface JournalCursor {
  readonly segment: number;
  readonly offset: number;
}

const BEGINNING: JournalCursor = { segment: 0, offset: 0 };

const cursorFile = (directory: string): string => path.join(directory, 'cursor');

/** The stored cursor, or the beginning: forwarding twice does no harm. */
export function readCursor(directory: string): JournalCursor {
  try {
    const cursor: unknown = JSON.parse(readFileSync(cursorFile(directory), 'utf8'));
    if (typeof cursor !== 'object' || cursor === null) return BEGINNING;
    const { segment, offset } = cursor as Record<string, unknown>;
    return Number.isSafeInteger(segment) && Number.isSafeInteger(offset) ? (cursor as JournalCursor) : BEGINNING;
  } catch {
    return BEGINNING;
  }
}

export function writeCursor(directory: string, cursor: JournalCursor): void {
  const draft = `${cursorFile(directory)}.draft`;
  writeFileSync(draft, JSON.stringify(cursor), { mode: 0o600 });
  renameSync(draft, cursorFile(directory));
}

export function isBefore(a: JournalCursor, b: JournalCursor): boolean {
  return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
}
