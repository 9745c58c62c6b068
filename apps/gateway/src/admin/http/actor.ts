/** The organization to which a caller is confined; `null` is the operator, who sees all of them. */
export type Tenant = string | null;

/** The tenant of somebody who belongs to no organization: no row is theirs. */
export const NO_ORGANIZATION: Tenant = '';

/** Who calls the management API, and from where. */
export interface Actor {
  readonly kind: 'management-token' | 'console-user';
  /** Of the management token or the console user. */
  readonly id: string;
  readonly organizationId: Tenant;
  readonly scopes: readonly string[];
  /** Whether the permission that let them through confines them to the API keys that they own. */
  readonly ownKeysOnly?: true;
  /** When a token ends, in Unix milliseconds; what it creates may not give access beyond that. */
  readonly expiresAt: number | null;
  readonly remoteAddress: string;
  readonly requestId: string;
}

/** Confines a query to what the tenant owns. Rows of the operator have no organization and match no tenant. */
export function ownedBy(tenant: Tenant): { organizationId?: string } {
  return tenant === null ? {} : { organizationId: tenant };
}
