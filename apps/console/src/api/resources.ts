import type {
  Alert,
  AlertChannel,
  AlertDelivery,
  ApiKey,
  BudgetNotice,
  BudgetRaise,
  Invitation,
  LedgerTransaction,
  ManagementToken,
  Member,
  Model,
  OperationId,
  Organization,
  Project,
  ProviderCredential,
  RequestSummary,
  Route,
  SsoConnection,
} from '@tollgate/wire';

/** Resources of the data provider, and the operations that list them. Single ones are read by their operation. */
export const RESOURCES = {
  organizations: 'listOrganizations',
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
} as const satisfies Record<string, OperationId>;

export type ResourceName = keyof typeof RESOURCES;

/** What a list of the resource holds. */
export interface ResourceRecords {
  readonly organizations: Organization;
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
}
