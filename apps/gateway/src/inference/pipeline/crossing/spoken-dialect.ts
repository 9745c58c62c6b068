import { type DialectId, type ProviderDialect, providerDialectOf } from '@tollgate/providers';

/** The dialect of a deployment that answers conversations. */
export function spokenDialect(dialect: DialectId | null): ProviderDialect {
  if (dialect === null) throw new Error('a conversation with a deployment that answers none');
  return providerDialectOf(dialect);
}
