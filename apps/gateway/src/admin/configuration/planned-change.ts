import type { Configuration, ConfigurationChange, FieldProblem } from '@tollgate/wire';
import type { Tenant } from '../http/actor.js';
import type { Transaction } from '../http/transaction.js';
import type { ConfigurationState } from './configuration.repository.js';

/** One object of the file, or one that it described before, and what has to be written of it. */
export interface PlannedChange {
  readonly kind: ConfigurationChange['kind'];
  /** For people. */
  readonly name: string;
  /** What the audit log calls it: `provider-credential`. */
  readonly resource: string;
  readonly resourceId: string;
  readonly organizationId: Tenant;
  /** What is told of it, never a secret; null: it is not there. */
  readonly before: object | null;
  readonly after: object | null;
  /** Limits only leave the file; what they are stays. */
  readonly isReleased?: true;
  /** Not called when nothing differs. */
  write(transaction: Transaction): Promise<unknown>;
}

/** What is planned so far. Faults are of the whole file: nothing is written while there is one. */
export interface Planning {
  readonly configuration: Configuration;
  readonly state: ConfigurationState;
  readonly faults: FieldProblem[];
}

export function blame({ faults }: Planning, pointer: string, fault: Omit<FieldProblem, 'pointer'>): void {
  faults.push({ pointer: `/body${pointer}`, ...fault });
}

/** The id of the organization with the slug; null: all of them; undefined: there is none, which is then a fault. */
export function organizationIdOf(planning: Planning, slug: string | null, pointer: string): Tenant | undefined {
  if (slug === null) return null;
  const id = planning.state.organizationIds.get(slug);
  if (id === undefined)
    blame(planning, pointer, { code: 'not_found', message: 'there is no organization with this slug' });
  return id;
}

/** Blames what the file describes a second time. */
export function refuseRepetition(
  planning: Planning,
  seen: Set<string>,
  { key, pointer }: { key: string; pointer: string },
): boolean {
  if (!seen.has(key)) {
    seen.add(key);
    return false;
  }
  blame(planning, pointer, { code: 'repeated', message: 'is described by the file already' });
  return true;
}

/** A key out of parts, none of which has a line break. */
export const keyOf = (...parts: readonly (string | null)[]): string => parts.map((part) => part ?? '').join('\n');
