import { DEFAULT_GRANT_PRIORITY, formatPicos, parsePicos } from '@tollgate/domain';
import type { ManualPostingKind, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { columnValues, insertStatement } from '../columnar-insert.js';
import type { Column } from '../columnar-insert.js';
import { LEDGER_CURRENCY } from '../ledger/post-transactions.js';
import type { ManualPostingDraft, ManualPostingResult } from './manual-posting.js';

/** A posting as it is kept. Instants are Unix milliseconds. */
export interface ManualPosting {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: ManualPostingKind;
  readonly picos: Picos;
  readonly reason: string;
  readonly priority: number;
  readonly expiresAt: number | null;
  readonly effectiveFrom: number | null;
  readonly grantId: string | null;
  readonly idempotencyKey: string;
  readonly requestedBy: string;
}

export interface KeptPosting extends ManualPosting {
  readonly state: ManualPostingResult['state'];
  readonly transactionId: string | null;
  readonly creditGrantId: string | null;
}

export function postingOf(id: string, draft: ManualPostingDraft): ManualPosting {
  const { organizationId, kind, picos, reason, idempotencyKey, requestedBy } = draft;
  return {
    id,
    organizationId,
    kind,
    picos,
    reason,
    priority: draft.priority ?? DEFAULT_GRANT_PRIORITY[kind === 'promotion' ? 'promo' : 'prepaid'],
    expiresAt: draft.expiresAt ?? null,
    effectiveFrom: draft.effectiveFrom ?? null,
    grantId: draft.grantId ?? null,
    idempotencyKey,
    requestedBy,
  };
}

/** Whether the key was used for the same: who asked does not matter. */
export function isSamePosting(a: ManualPosting, b: ManualPosting): boolean {
  return (['kind', 'picos', 'reason', 'priority', 'expiresAt', 'effectiveFrom', 'grantId'] as const).every(
    (field) => a[field] === b[field],
  );
}

const SELECT = `
  SELECT id, organization_id AS "organizationId", kind, amount, reason, priority, expires_at AS "expiresAt",
         effective_from AS "effectiveFrom", grant_id AS "grantId", idempotency_key AS "idempotencyKey",
         requested_by AS "requestedBy", state, transaction_id AS "transactionId", credit_grant_id AS "creditGrantId"
  FROM manual_posting`;

interface Row extends Omit<KeptPosting, 'picos' | 'expiresAt' | 'effectiveFrom'> {
  readonly amount: string;
  readonly expiresAt: Date | null;
  readonly effectiveFrom: Date | null;
}

export async function findPostingByKey(
  client: pg.PoolClient,
  { organizationId, idempotencyKey }: Pick<ManualPosting, 'organizationId' | 'idempotencyKey'>,
): Promise<KeptPosting | null> {
  const text = `${SELECT} WHERE organization_id = $1 AND idempotency_key = $2`;
  const { rows } = await client.query<Row>(text, [organizationId, idempotencyKey]);
  return rows[0] === undefined ? null : toPosting(rows[0]);
}

export async function findPosting(client: pg.PoolClient, id: string): Promise<KeptPosting | null> {
  const { rows } = await client.query<Row>(`${SELECT} WHERE id = $1`, [id]);
  return rows[0] === undefined ? null : toPosting(rows[0]);
}

function toPosting({ amount, expiresAt, effectiveFrom, ...row }: Row): KeptPosting {
  return {
    ...row,
    picos: parsePicos(amount),
    expiresAt: expiresAt?.getTime() ?? null,
    effectiveFrom: effectiveFrom?.getTime() ?? null,
  };
}

interface NewPosting extends KeptPosting {
  /** When it was asked for, and posted where it is posted at once. */
  readonly at: number;
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const COLUMNS: readonly Column<NewPosting>[] = [
  { name: 'id', type: 'text', value: ({ id }) => id },
  { name: 'organization_id', type: 'text', value: ({ organizationId }) => organizationId },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'amount', type: 'numeric', value: ({ picos }) => formatPicos(picos) },
  { name: 'reason', type: 'text', value: ({ reason }) => reason },
  { name: 'priority', type: 'smallint', value: ({ priority }) => priority },
  { name: 'expires_at', type: 'timestamptz', value: ({ expiresAt }) => instant(expiresAt) },
  { name: 'effective_from', type: 'timestamptz', value: ({ effectiveFrom }) => instant(effectiveFrom) },
  { name: 'grant_id', type: 'text', value: ({ grantId }) => grantId },
  { name: 'idempotency_key', type: 'text', value: ({ idempotencyKey }) => idempotencyKey },
  { name: 'state', type: 'text', value: ({ state }) => state },
  { name: 'requested_by', type: 'text', value: ({ requestedBy }) => requestedBy },
  { name: 'requested_at', type: 'timestamptz', value: ({ at }) => instant(at) },
  { name: 'decided_at', type: 'timestamptz', value: ({ at, state }) => (state === 'pending' ? null : instant(at)) },
  { name: 'transaction_id', type: 'text', value: ({ transactionId }) => transactionId },
  { name: 'credit_grant_id', type: 'text', value: ({ creditGrantId }) => creditGrantId },
];
const INSERT = insertStatement('manual_posting', COLUMNS, { currency: `'${LEDGER_CURRENCY}'` });

export async function insertPosting(client: pg.PoolClient, posting: NewPosting): Promise<void> {
  await client.query(INSERT, columnValues(COLUMNS, [posting]));
}

const DECIDE = `
  UPDATE manual_posting
  SET state = $2, decided_by = $3, decided_at = $4, decision_reason = $5, transaction_id = $6, credit_grant_id = $7
  WHERE id = $1`;

interface Decision extends Pick<KeptPosting, 'id' | 'state' | 'transactionId' | 'creditGrantId'> {
  readonly decidedBy: string;
  readonly at: number;
  readonly reason: string | null;
}

export async function writeDecision(client: pg.PoolClient, decision: Decision): Promise<void> {
  const { id, state, decidedBy, at, reason, transactionId, creditGrantId } = decision;
  await client.query(DECIDE, [id, state, decidedBy, instant(at), reason, transactionId, creditGrantId]);
}

export async function readApprovalThreshold(client: pg.PoolClient): Promise<Picos | null> {
  const text = 'SELECT approval_threshold AS threshold FROM installation WHERE id = 1';
  const { rows } = await client.query<{ threshold: string | null }>(text);
  const threshold = rows[0]?.threshold ?? null;
  return threshold === null ? null : parsePicos(threshold);
}
