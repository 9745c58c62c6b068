import type pg from 'pg';

import { ADVISORY_LOCKS } from '../advisory-locks.js';
import { carryOutPreviews } from '../prices/carry-out-previews.js';
import type { PricedModelOf } from './booked-usage.js';
import { computePriceCorrections } from './compute-corrections.js';
import { postPriceCorrections } from './post-corrections.js';

/**
 * Makes the previews and corrections of prices that are waiting, unless somebody else is at it. The pool gives two
 * connections.
 * @returns whether something waits for usage to be booked
 * @throws when Postgres goes away; what was under way is gone on with by whoever comes next
 */
export async function carryOutRepricing(pool: pg.Pool, pricedModelOf: PricedModelOf): Promise<boolean> {
  const client = await pool.connect();
  let broken = true;
  try {
    const lock = [ADVISORY_LOCKS.repricing];
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', lock);
    let isLeft = false;
    if (rows[0]?.locked === true) {
      await carryOutPreviews(pool, pricedModelOf);
      await computePriceCorrections(pool, pricedModelOf);
      isLeft = await postPriceCorrections(pool, pricedModelOf);
      await client.query('SELECT pg_advisory_unlock($1)', lock);
    }
    broken = false;
    return isLeft;
  } finally {
    client.release(broken); // a connection that ends gives its lock up
  }
}
