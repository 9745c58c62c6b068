import type { Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type pg from 'pg';
import { isDeepStrictEqual } from 'node:util';
import type { Actor, Tenant } from '../http/actor.js';
import type { Transaction } from '../http/transaction.js';

/** What happened to a resource; `before` and `after` are what the API answers of it, which never holds a secret. */
export interface AuditFact {
  /** `resource.past-tense`. */
  readonly action: string;
  readonly resourceId: string;
  /** Whose log it stands in; null is the operator's. */
  readonly organizationId: Tenant;
  readonly before: object | null;
  readonly after: object | null;
}

interface FieldChange {
  readonly before: Prisma.InputJsonValue | null;
  readonly after: Prisma.InputJsonValue | null;
}

/** Fields that every change touches, which tell nothing. */
const UNTOLD = new Set(['version', 'createdAt', 'updatedAt']);

/** Writes who changed what, in the transaction of the change: there is no change without its entry. */
export async function recordAudit(transaction: Transaction, actor: Actor, fact: AuditFact): Promise<void> {
  const { changes, ...entry } = entryOf(actor, fact);
  await transaction.auditLogEntry.create({ data: { ...entry, changes: changes as unknown as Prisma.InputJsonObject } });
}

/** The same for changes that are written in raw SQL. */
export async function insertAuditEntry(client: pg.PoolClient, actor: Actor, fact: AuditFact): Promise<void> {
  const { id, organizationId, action, resourceId, changes, remoteAddress, requestId } = entryOf(actor, fact);
  await client.query(
    `INSERT INTO audit_log_entry (id, organization_id, actor, action, resource_id, changes, remote_address, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, organizationId, actor.id, action, resourceId, JSON.stringify(changes), remoteAddress, requestId],
  );
}

function entryOf(actor: Actor, fact: AuditFact) {
  return {
    id: newId('auditLogEntry'),
    organizationId: fact.organizationId,
    actor: actor.id,
    action: fact.action,
    resourceId: fact.resourceId,
    changes: changesBetween(fact.before, fact.after),
    remoteAddress: actor.remoteAddress,
    requestId: actor.requestId,
  };
}

export function changesBetween(before: object | null, after: object | null): Record<string, FieldChange> {
  const changes: Record<string, FieldChange> = {};
  for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
    const change = { before: fieldOf(before, field), after: fieldOf(after, field) };
    if (!UNTOLD.has(field) && !isDeepStrictEqual(change.before, change.after)) changes[field] = change;
  }
  return changes;
}

function fieldOf(resource: object | null, field: string): Prisma.InputJsonValue | null {
  const value: unknown = resource === null ? null : Reflect.get(resource, field);
  return value ?? null;
}
