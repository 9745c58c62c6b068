import { magnitudeOf, type Picos } from '@tollgate/domain';
import type pg from 'pg';

import { readApprovalThreshold } from './manual-posting-rows.js';

/** Each of two actors with whoever has made its management token, or the token that has made that one. */
const COMMON = `
  WITH RECURSIVE maker(of, id) AS (
    VALUES ('asks', $1::text), ('decides', $2::text)
    UNION SELECT maker.of, e.actor FROM audit_log_entry e JOIN maker ON maker.id = e.resource_id
    WHERE e.action = 'management-token.created' AND e.organization_id IS NULL
  ) SELECT FROM maker asks JOIN maker decides USING (id) WHERE asks.of = 'asks' AND decides.of = 'decides'`;

/** Whether it is the same person who asks and decides: whoever does so by a token of their own making does it themselves. */
export async function isSamePerson(client: pg.PoolClient, asks: string, decides: string): Promise<boolean> {
  return (await client.query(COMMON, [asks, decides])).rows.length > 0;
}

/** Whether so much, of either sign, is at the installation's threshold or above it. */
export async function needsSecondPerson(client: pg.PoolClient, picos: Picos): Promise<boolean> {
  const threshold = await readApprovalThreshold(client);
  return threshold !== null && magnitudeOf(picos) >= threshold;
}
