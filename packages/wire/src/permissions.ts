/**
 * The one permission table: the API checks scopes of management tokens and roles of console users against it, the
 * console shows or leaves out by it. Permissions read `resource.action`.
 */
export const PERMISSIONS = {
  'organizations.read': 'See organizations, their limits and budgets',
  'organizations.write': 'Create and change organizations, their limits and budgets',
  'plans.read': 'See the terms of plans',
  'plans.write': 'Create, change and archive plans',
  'projects.read': 'See projects',
  'projects.write': 'Create and change projects',
  'api-keys.read': 'See API keys, never their secrets',
  'api-keys.write': 'Create, change, rotate and revoke API keys',
  'own-api-keys.write': 'Create API keys of one’s own, and change, rotate and revoke those',
  'models.read': 'See the model catalogue and current prices',
  'price-books.read': 'See price books and their prices',
  'price-books.write': 'Draft, preview and publish prices',
  'price-corrections.write': 'Correct what was charged by a wrong price',
  'provider-credentials.read': 'See provider credentials, never their secrets',
  'provider-credentials.write': 'Create, change, test and delete provider credentials',
  'deployments.read': 'See deployments',
  'deployments.write': 'Create, change and delete deployments',
  'routes.read': 'See routes, and where a request would go',
  'routes.write': 'Create, change and delete routes',
  'configuration.write': 'Apply tollgate.yaml',
  'budgets.read': 'See raises of budgets, and what people were told about them',
  'budgets.write': 'Raise budgets for a while',
  'alerts.read': 'See alerts',
  'alert-channels.read': 'See where alerts go, never the secrets, and what became of them',
  'alert-channels.write': 'Create, change, test and delete alert channels, send alerts again, set what is alerted',
  'usage.read': 'See usage, cost and latency figures',
  'requests.read': 'See single requests with their charges',
  'ledger.read': 'See balances, ledger transactions and entries',
  'accounting-periods.write': 'Close an accounting period',
  'manual-postings.read': 'See what was posted by hand',
  'manual-postings.write': 'Post payments, credit, refunds, adjustments and write-offs by hand',
  'manual-postings.approve': 'Approve or reject what somebody else wants to post',
  'reviews.read': 'See what somebody has to look at: doubtful charges, and usage that could not be booked',
  'reviews.write': 'Say what came of it, have usage booked again, dismiss it',
  'self-audits.read': 'See whether the books were found to agree',
  'self-audits.write': 'Have the books audited',
  'management-tokens.read': 'See management tokens, never their secrets',
  'management-tokens.write': 'Create and revoke management tokens',
  'members.read': 'See members and invitations',
  'members.write': 'Invite people, change their roles and remove them',
  'sso-connections.read': 'See single sign-on connections, never their secrets',
  'sso-connections.write': 'Create, change, verify and delete single sign-on connections',
  'installation.read': 'See how the installation is set up',
  'installation.write': 'Change how the installation is set up',
  'audit-log.read': 'See who changed what',
} as const;

export type Permission = keyof typeof PERMISSIONS;

/** Stands for every permission, those of later versions included. */
export const ALL_PERMISSIONS = '*';

export type Scope = Permission | typeof ALL_PERMISSIONS;

export const SCOPES = [ALL_PERMISSIONS, ...(Object.keys(PERMISSIONS) as Permission[])] as const;

/** What everybody may see who belongs to an organization. */
const VIEWED: readonly Permission[] = [
  'organizations.read',
  'plans.read',
  'projects.read',
  'api-keys.read',
  'models.read',
  'usage.read',
  'requests.read',
  'members.read',
  'budgets.read',
  'alerts.read',
];

/** What a member of an organization may do there, by role: the only place that says so. */
export const ROLE_SCOPES = {
  owner: [ALL_PERMISSIONS],
  admin: [
    ...VIEWED,
    'organizations.write',
    'projects.write',
    'api-keys.write',
    'own-api-keys.write',
    'price-books.read',
    'provider-credentials.read',
    'provider-credentials.write',
    'deployments.read',
    'deployments.write',
    'routes.read',
    'routes.write',
    'budgets.write',
    'alert-channels.read',
    'alert-channels.write',
    'management-tokens.read',
    'management-tokens.write',
    'members.write',
    'sso-connections.read',
    'sso-connections.write',
    'audit-log.read',
  ],
  developer: [...VIEWED, 'own-api-keys.write', 'deployments.read', 'routes.read'],
  finance: [...VIEWED, 'price-books.read', 'ledger.read', 'manual-postings.read', 'alert-channels.read'],
  viewer: VIEWED,
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

export type Role = keyof typeof ROLE_SCOPES;

export const ROLES = Object.keys(ROLE_SCOPES) as [Role, ...Role[]];

/** The role with this name. The database refuses others. @throws RangeError */
export function roleOf(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role === undefined) throw new RangeError(`there is no role ${text}`);
  return role;
}

/**
 * Whether somebody with these scopes may give the role to another, or take it away: nobody gives, or takes, more than
 * they have. It is why an admin makes no finance people, and why nobody but an owner makes owners.
 */
export function mayGiveRole(scopes: readonly string[], role: Role): boolean {
  if (scopes.includes(ALL_PERMISSIONS)) return true;
  return ROLE_SCOPES[role].every((scope) => scope !== ALL_PERMISSIONS && scopes.includes(scope));
}

/** Whether somebody with these scopes holds the permission. Scopes that this version does not know grant nothing. */
export function grants(scopes: readonly string[], permission: Permission): boolean {
  return scopes.includes(ALL_PERMISSIONS) || scopes.includes(permission);
}
