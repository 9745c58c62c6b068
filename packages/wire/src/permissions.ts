/**
 * The one permission table: the API checks scopes of management tokens and roles of console users against it, the
 * console shows or leaves out by it. Permissions read `resource.action`.
 */
export const PERMISSIONS = {
  'organizations.read': 'See organizations, their limits and budgets',
  'organizations.write': 'Create and change organizations, their limits and budgets',
  'projects.read': 'See projects',
  'projects.write': 'Create and change projects',
  'api-keys.read': 'See API keys, never their secrets',
  'api-keys.write': 'Create, change, rotate and revoke API keys',
  'models.read': 'See the model catalogue and current prices',
  'price-books.read': 'See price books and their prices',
  'price-books.write': 'Publish prices',
  'provider-credentials.read': 'See provider credentials, never their secrets',
  'provider-credentials.write': 'Create, change, test and delete provider credentials',
  'deployments.read': 'See deployments',
  'deployments.write': 'Create, change and delete deployments',
  'usage.read': 'See usage, cost and latency figures',
  'requests.read': 'See single requests with their charges',
  'ledger.read': 'See balances, ledger transactions and entries',
  'credits.write': 'Credit organizations by hand',
  'self-audits.read': 'See whether the books were found to agree',
  'self-audits.write': 'Have the books audited',
  'management-tokens.read': 'See management tokens, never their secrets',
  'management-tokens.write': 'Create and revoke management tokens',
  'audit-log.read': 'See who changed what',
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** Stands for every permission, those of later versions included. */
export const ALL_PERMISSIONS = '*';

export type Scope = Permission | typeof ALL_PERMISSIONS;

export const SCOPES = [ALL_PERMISSIONS, ...(Object.keys(PERMISSIONS) as Permission[])] as const;

/** What a member of an organization may do there, by role. */
export const ROLE_SCOPES: Readonly<Record<string, readonly Scope[]>> = { owner: [ALL_PERMISSIONS] };

/** Whether somebody with these scopes holds the permission. Scopes that this version does not know grant nothing. */
export function grants(scopes: readonly string[], permission: Permission): boolean {
  return scopes.includes(ALL_PERMISSIONS) || scopes.includes(permission);
}
