import { newId } from '@tollgate/domain';
import type pg from 'pg';

type Fields = Readonly<Record<string, unknown>>;

interface AuditFact {
  /** `resource.past-tense`. */
  readonly action: string;
  readonly resourceId: string;
  readonly organizationId: string | null;
  /** Never a secret. */
  readonly after: Fields;
  /** Absent when the resource is new. */
  readonly before?: Fields;
}

/** What one transaction changes, written with it. */
export class AuditTrail {
  readonly #actor: string;
  readonly #facts: AuditFact[] = [];

  /** @param actor who acts where no management token does: `bootstrap`, `command-line`. */
  constructor(actor: string) {
    this.#actor = actor;
  }

  add(fact: AuditFact): void {
    this.#facts.push(fact);
  }

  /** The transaction's last statement. */
  async write(client: pg.PoolClient): Promise<void> {
    const rows = this.#facts.map(({ before = {}, after, ...fact }) => ({
      id: newId('auditLogEntry'),
      ...fact,
      changes: Object.fromEntries(
        Object.entries(after).map(([field, value]) => [field, { before: before[field] ?? null, after: value }]),
      ),
    }));
    await client.query(
      `INSERT INTO audit_log_entry (id, organization_id, actor, action, resource_id, changes)
       SELECT id, "organizationId", $2, action, "resourceId", changes
       FROM jsonb_to_recordset($1::jsonb)
         AS given(id text, "organizationId" text, action text, "resourceId" text, changes jsonb)`,
      [JSON.stringify(rows), this.#actor],
    );
  }
}
