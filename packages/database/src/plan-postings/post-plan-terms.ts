import { parsePicos } from '@tollgate/domain';
import pg from 'pg';

import { inTransaction } from '../transaction.js';
import { chargePlatformFee, grantPlanCredit } from './plan-postings.js';

/** What plans charged and gave to one organization in one run. */
export interface PostedPlanTerms {
  readonly organizationId: string;
  readonly planId: string;
  readonly accountingPeriod: string;
  readonly feeCharged: boolean;
  readonly creditGranted: boolean;
}

const BATCH_SIZE = 200;

/**
 * Organizations whose running month lacks its fee or its credit. A month that nobody has booked in yet is not there at all:
 * then both are due.
 */
const DUE = `
  SELECT o.id
  FROM organization o JOIN plan p ON p.id = o.plan_id
  LEFT JOIN accounting_period month ON month.organization_id = o.id AND month.starts_at <= $1 AND month.ends_at > $1
  WHERE o.id > $2 AND (
    (p.platform_fee > 0 AND NOT EXISTS (
      SELECT FROM ledger_transaction t
      WHERE t.organization_id = o.id AND t.idempotency_key = 'platform_fee:' || month.label))
    OR (p.included_credit > 0 AND NOT EXISTS (
      SELECT FROM credit_grant g WHERE g.organization_id = o.id AND g.idempotency_key = 'plan:' || month.label)))
  ORDER BY o.id LIMIT ${BATCH_SIZE}`;

/** Before the plan, as whoever changes the plan of organizations locks them. */
const LOCK_ORGANIZATION = `SELECT FROM organization WHERE id = $1 FOR NO KEY UPDATE`;

/** The plan as it is when it is posted: who changes it at the same time waits, or comes first. */
const TERMS = `
  SELECT p.id, p.name, p.platform_fee AS fee, p.included_credit AS credit
  FROM plan p JOIN organization o ON o.plan_id = p.id WHERE o.id = $1 FOR SHARE OF p`;

interface Terms {
  readonly id: string;
  readonly name: string;
  readonly fee: string;
  readonly credit: string;
}

/**
 * Charges the fees and gives the credit of plans for the running month of each organization, in its time zone: at the
 * month's start, or when it gets a plan. Each is posted once for an organization and month, with the terms that hold then;
 * nothing is prorated, and a plan that comes later in the month charges no second fee. Whoever runs it again, or at the
 * same time, finds what was posted.
 * @param at Unix milliseconds.
 * @throws when Postgres goes away; and what it refused of an organization, once everybody else has been posted.
 */
export async function postPlanTerms(pool: pg.Pool, at: number): Promise<PostedPlanTerms[]> {
  const posted: PostedPlanTerms[] = [];
  const refused: Error[] = [];
  let last = '';
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(DUE, [new Date(at), last]);
    for (const { id } of rows) {
      // one at a time: whoever books usage of the others does not wait
      try {
        const terms = await inTransaction(pool, 'READ COMMITTED', (client) => postTermsOf(client, id, at));
        if (terms !== null) posted.push(terms);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused.push(error);
      }
    }
    last = rows.at(-1)?.id ?? last;
    if (rows.length < BATCH_SIZE) break;
  }
  const [first] = refused;
  if (first !== undefined) throw first;
  return posted;
}

/** SQLSTATE classes that speak of the data; anything else befalls everybody. */
const REFUSALS = new Set(['22', '23', 'P0']);

function isRefusal(error: unknown): error is Error {
  if (error instanceof pg.DatabaseError) return REFUSALS.has(error.code?.slice(0, 2) ?? '');
  return error instanceof RangeError;
}

async function postTermsOf(client: pg.PoolClient, organizationId: string, at: number): Promise<PostedPlanTerms | null> {
  await client.query(LOCK_ORGANIZATION, [organizationId]);
  const [plan] = (await client.query<Terms>(TERMS, [organizationId])).rows;
  if (plan === undefined) return null;
  const common = { organizationId, source: plan.id, at };
  const reason = `Plan ${plan.name}`;
  const fee = await chargePlatformFee(client, { ...common, reason, picos: parsePicos(plan.fee) });
  const credit = await grantPlanCredit(client, { ...common, reason, picos: parsePicos(plan.credit) });
  if (fee === null || credit === null || !(fee.charged || credit.granted)) return null;
  const { accountingPeriod } = fee;
  return {
    organizationId,
    planId: plan.id,
    accountingPeriod,
    feeCharged: fee.charged,
    creditGranted: credit.granted,
  };
}
