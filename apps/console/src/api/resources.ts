import type {
  Alert,
  AlertChannel,
  AlertDelivery,
  ApiKey,
  BudgetNotice,
  BudgetRaise,
  CreditGrant,
  Invitation,
  LedgerTransaction,
  ManagementToken,
  ManualPosting,
  Member,
  Model,
  OperationId,
  Organization,
  Plan,
  Project,
  ProviderCredential,
  QuarantinedUsage,
  RequestSummary,
  ReviewItem,
  Route,
  SsoConnection,
} from '@tollgate/wire';

/** Resources of the data provider, and the operations that list them. Single ones are read by their operation. */
export const RESOURCES = {
  organizations: 'listOrganizations',
  plans: 'listPlans',
  projects: 'listProjects',
  'api-keys': 'listOrganizationApiKeys',
  requests: 'listRequests',
  models: 'listModels',
  'provider-credentials': 'listProviderCredentials',
  routes: 'listRoutes',
  alerts: 'listAlerts',
  'alert-channels': 'listAlertChannels',
  'alert-deliveries': 'listAlertDeliveries',
  'budget-raises': 'listBudgetRaises',
  'budget-notices': 'listBudgetNotices',
  members: 'listMembers',
  invitations: 'listInvitations',
  'management-tokens': 'listManagementTokens',
  'sso-connections': 'listSsoConnections',
  'ledger-transactions': 'listLedgerTransactions',
  'credit-grants': 'listCreditGrants',
  'manual-postings': 'listManualPostings',
  'review-items': 'listReviewItems',
  'quarantined-usage': 'listQuarantinedUsage',
} as const satisfies Record<string, OperationId>;

export type ResourceName = keyof typeof RESOURCES;

/** What a list of the resource holds. */
export interface ResourceRecords {
  readonly organizations: Organization;
  readonly plans: Plan;
  readonly projects: Project;
  readonly 'api-keys': ApiKey;
  readonly requests: RequestSummary;
  readonly models: Model;
  readonly 'provider-credentials': ProviderCredential;
  readonly routes: Route;
  readonly alerts: Alert;
  readonly 'alert-channels': AlertChannel;
  readonly 'alert-deliveries': AlertDelivery;
  readonly 'budget-raises': BudgetRaise;
  readonly 'budget-notices': BudgetNotice;
  readonly members: Member;
  readonly invitations: Invitation;
  readonly 'management-tokens': ManagementToken;
  readonly 'sso-connections': SsoConnection;
  readonly 'ledger-transactions': LedgerTransaction;
  readonly 'credit-grants': CreditGrant;
  readonly 'manual-postings': ManualPosting;
  readonly 'review-items': ReviewItem;
  readonly 'quarantined-usage': QuarantinedUsage;
}
