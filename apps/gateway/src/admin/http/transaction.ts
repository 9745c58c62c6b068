import type { Database, Prisma } from '@tollgate/database';
import { ProblemError } from './problem-error.js';

export type Transaction = Prisma.TransactionClient;

/** Runs a change; what throws inside undoes all of it, the audit entry too. */
export function inTransaction<T>(
  database: Database,
  run: (transaction: Transaction) => Promise<T>,
  { timeoutMs }: { readonly timeoutMs?: number } = {},
): Promise<T> {
  return database.prisma.$transaction(run, timeoutMs === undefined ? {} : { timeout: timeoutMs });
}

/**
 * For `updateMany` that names the version the caller has read: no row means that somebody else was quicker. Whether
 * the resource exists at all has been checked before in the same transaction.
 */
export function requireChanged({ count }: { readonly count: number }): void {
  if (count === 0) throw changedMeanwhile();
}

/** For rules that are checked on a row which was read before the transaction: they hold for that version only. */
export function requireVersion(row: { readonly version: number }, version: number): void {
  if (row.version !== version) throw changedMeanwhile();
}

const changedMeanwhile = (): ProblemError =>
  new ProblemError('version-mismatch', 'The resource has been changed since it was read. Read it again.');
