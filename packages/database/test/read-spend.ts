import type { UsageEvent } from '@tollgate/domain';
import type pg from 'pg';

import { loadSpend } from '../src/index.js';
import type { BookedSpend } from '../src/index.js';

/** Everything that `loadSpend` finds, in one piece, and how large its pages were. */
export async function readSpend(
  pool: pg.Pool,
  at: number,
  pageSize = 1_000,
): Promise<BookedSpend & { waiting: UsageEvent[]; refused: string[]; pages: number[] }> {
  let booked: BookedSpend | null = null;
  const waiting: UsageEvent[] = [];
  const refused: string[] = [];
  const pages: number[] = [];
  await loadSpend(
    pool,
    { at, pageSize },
    {
      booked: (spend) => {
        booked = spend;
      },
      waiting: (page) => {
        if (booked === null) throw new Error('what is booked comes first');
        waiting.push(...page.events);
        refused.push(...page.refused);
        pages.push(page.events.length + page.refused.length);
      },
    },
  );
  if (booked === null) throw new Error('nothing was read');
  return { ...(booked as BookedSpend), waiting, refused, pages };
}
