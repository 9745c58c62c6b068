import type { OperationId } from '@tollgate/wire';
import type { Call } from './admin-api.js';
import type { OperatorWorld, OrganizationWorld } from './admin-world.js';

const PASSWORD = 'correct horse battery';

let counter = 0;
const fresh = (name: string): string => `${name}-${++counter}`;

/** A call of each operation that succeeds in a world. A new operation does not compile until it has one. */
export function sampleCalls(world: OrganizationWorld, operator: OperatorWorld): Record<OperationId, Call> {
  const { organizationId, projectId, apiKeyId, providerCredentialId, deploymentId, managementTokenId, requestId } =
    world;
  const { invitationId, ssoConnectionId, routeId, budgetId, budgetRaiseId } = world;
  const { alertChannelId, alertDeliveryId } = world;
  const price = { provider: 'openai', model: 'gpt-4o', meter: 'input', amount: '2.75', per: 1_000_000 };
  const range = { from: '2026-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' };
  return {
    listOrganizations: {},
    createOrganization: { body: { name: 'New', slug: fresh('new') } },
    readOrganization: { params: { organizationId } },
    updateOrganization: { params: { organizationId }, ifMatch: 1, body: { name: 'Renamed' } },
    listProjects: { params: { organizationId } },
    createProject: { params: { organizationId }, body: { name: fresh('Project') } },
    readProject: { params: { projectId } },
    updateProject: { params: { projectId }, ifMatch: 1, body: { costCentre: 'CC-1' } },
    listApiKeys: { params: { projectId } },
    listOrganizationApiKeys: { params: { organizationId } },
    createApiKey: { params: { projectId }, body: { name: 'Another', modelAllowlist: ['gpt-4o*'] } },
    readApiKey: { params: { apiKeyId } },
    updateApiKey: { params: { apiKeyId }, ifMatch: 1, body: { tags: ['web'] } },
    rotateApiKey: { params: { apiKeyId }, body: {} },
    revokeApiKey: { params: { apiKeyId } },
    openPlayground: { params: { projectId }, body: {} },
    listModels: {},
    readModel: { params: { modelId: 'openai:gpt-4o' } },
    listPriceBooks: {},
    readPriceBook: { params: { priceBookId: world.priceBookId } },
    listPrices: { params: { priceBookId: world.priceBookId } },
    readPrice: { params: { priceBookId: world.priceBookId, priceId: world.priceId } },
    publishPrices: {
      params: { priceBookId: operator.priceBookId },
      body: { prices: [{ ...price, effectiveFrom: '2020-01-01T00:00:00Z' }] },
    },
    listProviderCredentials: {},
    createProviderCredential: { body: { provider: 'openai', name: 'Second', secret: 'sk-second' } },
    readProviderCredential: { params: { providerCredentialId } },
    updateProviderCredential: { params: { providerCredentialId }, ifMatch: 1, body: { name: 'Renamed' } },
    deleteProviderCredential: { params: { providerCredentialId: world.spareCredentialId } },
    testConnection: { params: { providerCredentialId } },
    listDeployments: {},
    listDeploymentHealth: {},
    createDeployment: {
      body: { providerCredentialId, organizationId, model: 'gpt-4o-mini', upstreamModel: 'gpt-4o-mini' },
    },
    readDeployment: { params: { deploymentId } },
    updateDeployment: { params: { deploymentId }, ifMatch: 1, body: { priority: 5 } },
    deleteDeployment: { params: { deploymentId } },
    listRoutes: {},
    createRoute: {
      body: { organizationId, name: fresh('route'), strategy: 'weighted', targets: [{ model: 'gpt-4o', weight: 3 }] },
    },
    readRoute: { params: { routeId } },
    updateRoute: { params: { routeId }, ifMatch: 1, body: { sticky: false } },
    deleteRoute: { params: { routeId } },
    simulateRoute: { body: { organizationId, apiKeyId, model: 'smart' } },
    listBudgetRaises: { params: { budgetId } },
    createBudgetRaise: {
      params: { budgetId },
      idempotencyKey: fresh('raise'),
      body: { amount: '5', currency: 'USD', reason: 'Launch', expiresAt: '2199-01-01T00:00:00Z' },
    },
    endBudgetRaise: { params: { budgetId, budgetRaiseId } },
    listBudgetNotices: {},
    listAlerts: {},
    listAlertChannels: {},
    createAlertChannel: {
      body: { organizationId, kind: 'email', name: 'Finance', recipients: ['finance@example.com'] },
    },
    readAlertChannel: { params: { alertChannelId } },
    updateAlertChannel: { params: { alertChannelId }, ifMatch: 1, body: { minSeverity: 'critical' } },
    deleteAlertChannel: { params: { alertChannelId } },
    testAlertChannel: { params: { alertChannelId } },
    listAlertDeliveries: {},
    replayAlertDelivery: { params: { alertDeliveryId } },
    readAlertSettings: { params: { organizationId } },
    updateAlertSettings: { params: { organizationId }, ifMatch: 1, body: { anomalySensitivity: 'high' } },
    listBudgetForecasts: { query: { organizationId } },
    readBalanceForecast: { params: { organizationId } },
    readWaste: { query: { by: 'kind,day', ...range, organizationId } },
    applyConfiguration: { body: { version: 1 } },
    readUsage: { query: { measure: 'cost,requests', ...range } },
    exportUsage: { query: { ...range, organizationId } },
    readUsageExportTotals: { query: { ...range, organizationId } },
    listRequests: {},
    readRequest: { params: { requestId } },
    readBalance: { params: { organizationId } },
    createCredit: {
      params: { organizationId },
      idempotencyKey: fresh('credit'),
      body: { amount: '25', currency: 'USD', reason: 'Bank transfer' },
    },
    listLedgerTransactions: {},
    readLedgerTransaction: { params: { ledgerTransactionId: world.ledgerTransactionId } },
    listLedgerEntries: {},
    listSelfAudits: {},
    requestSelfAudit: { body: {} },
    readSelfAudit: { params: { selfAuditId: operator.selfAuditId } },
    listManagementTokens: {},
    createManagementToken: { body: { name: 'Robot', scopes: ['usage.read'] } },
    readManagementToken: { params: { managementTokenId } },
    revokeManagementToken: { params: { managementTokenId } },
    listAuditLog: {},
    listMembers: { params: { organizationId } },
    updateMember: { params: { memberId: world.memberId }, ifMatch: 1, body: { role: 'viewer' } },
    removeMember: { params: { memberId: world.memberId } },
    listInvitations: { params: { organizationId } },
    createInvitation: { params: { organizationId }, body: { email: `${fresh('guest')}@example.com`, role: 'viewer' } },
    resendInvitation: { params: { invitationId } },
    revokeInvitation: { params: { invitationId } },
    checkInvitation: { body: { token: world.invitationToken } },
    acceptInvitation: { body: { token: world.invitationToken, name: 'Grace', password: PASSWORD } },
    listSsoConnections: {},
    createSsoConnection: {
      body: {
        ...{ organizationId, name: 'Staff', issuer: 'https://idp.example.com', clientId: 'tollgate' },
        ...{ clientSecret: 'sso-client-secret', domains: [`${fresh('staff')}.example`] },
      },
    },
    readSsoConnection: { params: { ssoConnectionId } },
    updateSsoConnection: { params: { ssoConnectionId }, ifMatch: 1, body: { name: 'Everybody' } },
    deleteSsoConnection: { params: { ssoConnectionId } },
    verifySsoDomain: {
      params: { ssoConnectionId },
      body: { domain: `${organizationId.replace('_', '-')}.example` },
    },
    readMe: {},
    updateMe: { body: { name: 'Ada' } },
    listMySessions: {},
    revokeMySession: { params: { sessionId: `ses_${'0'.repeat(26)}` } },
    revokeMyOtherSessions: {},
    readEntrance: {},
    startSignUp: { body: { email: `${fresh('newcomer')}@example.com` } },
    checkSignUp: { body: { token: operator.signUpToken } },
    completeSignUp: {
      body: { token: operator.signUpToken, name: 'Edsger', password: PASSWORD, organization: 'Acme & Söhne' },
    },
    readInstallation: {},
    updateInstallation: { ifMatch: 1, body: { signUp: 'open' } },
    sendTestMail: { body: { to: 'ada@example.com' } },
    checkSetupLink: { body: { token: operator.setupToken } },
    completeSetup: {
      body: { token: operator.setupToken, name: 'Ada', email: 'ada@example.com', password: PASSWORD },
    },
  };
}
