import { magnitudeOf, type Picos } from '@tollgate/domain';
import type pg from 'pg';

import { readApprovalThreshold } from './manual-posting-rows.js';

/** Who asked, and who has made the management token that asked, or the token that has made that one. */
const ASKERS = `
  WITH RECURSIVE asker(id) AS (
    SELECT $1::text
    UNION SELECT e.actor FROM audit_log_entry e JOIN asker ON asker.id = e.resource_id
    WHERE e.action = 'management-token.created' AND e.organization_id IS NULL
  ) SELECT FROM asker WHERE id = $2`;

/** Whoever asks by a token of their own making has asked. */
export async function isAskedBy(client: pg.PoolClient, requestedBy: string, person: string): Promise<boolean> {
  return (await client.query(ASKERS, [requestedBy, person])).rows.length > 0;
}

/** Whether so much, of either sign, is at the installation's threshold or above it. */
export async function needsSecondPerson(client: pg.PoolClient, picos: Picos): Promise<boolean> {
  const threshold = await readApprovalThreshold(client);
  return threshold !== null && magnitudeOf(picos) >= threshold;
}
