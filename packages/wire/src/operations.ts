import { accountingOperations } from './accounting.js';
import { alertOperations } from './alerts.js';
import { apiKeyOperations } from './api-keys.js';
import { auditLogOperations } from './audit-log.js';
import { budgetOperations } from './budgets.js';
import { chargeOperations } from './charges.js';
import { configurationOperations } from './configuration.js';
import { creditGrantOperations } from './credit-grants.js';
import { deploymentOperations } from './deployments.js';
import { installationOperations } from './installation.js';
import { invitationOperations } from './invitations.js';
import { ledgerOperations } from './ledger.js';
import { managementTokenOperations } from './management-tokens.js';
import { manualPostingOperations } from './manual-postings.js';
import { meOperations } from './me.js';
import { memberOperations } from './members.js';
import { modelOperations } from './models.js';
import { organizationOperations } from './organizations.js';
import { planOperations } from './plans.js';
import { playgroundOperations } from './playground.js';
import { priceBookOperations } from './price-books.js';
import { projectOperations } from './projects.js';
import { providerCredentialOperations } from './provider-credentials.js';
import { quarantinedUsageOperations } from './quarantined-usage.js';
import { requestOperations } from './requests.js';
import { reviewOperations } from './reviews.js';
import { routeSimulationOperations } from './route-simulations.js';
import { routeOperations } from './routes.js';
import { priceCorrectionOperations } from './price-corrections.js';
import { priceDraftOperations } from './price-drafts.js';
import { selfAuditOperations } from './self-audits.js';
import { usageExportOperations } from './usage-exports.js';
import { setupOperations } from './setup.js';
import { signUpOperations } from './sign-up.js';
import { ssoConnectionOperations } from './sso-connections.js';
import { usageOperations } from './usage.js';
import { wasteOperations } from './waste.js';

/** Everything that the management API can do. */
export const OPERATIONS = {
  ...organizationOperations,
  ...planOperations,
  ...projectOperations,
  ...apiKeyOperations,
  ...playgroundOperations,
  ...modelOperations,
  ...priceBookOperations,
  ...providerCredentialOperations,
  ...deploymentOperations,
  ...routeOperations,
  ...routeSimulationOperations,
  ...budgetOperations,
  ...alertOperations,
  ...configurationOperations,
  ...usageOperations,
  ...wasteOperations,
  ...usageExportOperations,
  ...requestOperations,
  ...chargeOperations,
  ...ledgerOperations,
  ...priceDraftOperations,
  ...priceCorrectionOperations,
  ...manualPostingOperations,
  ...creditGrantOperations,
  ...accountingOperations,
  ...reviewOperations,
  ...quarantinedUsageOperations,
  ...selfAuditOperations,
  ...managementTokenOperations,
  ...memberOperations,
  ...invitationOperations,
  ...ssoConnectionOperations,
  ...auditLogOperations,
  ...meOperations,
  ...setupOperations,
  ...signUpOperations,
  ...installationOperations,
};

export type OperationId = keyof typeof OPERATIONS;

/**
 * Names the organization that a request of a console user is about. Without it, theirs is the first that they joined;
 * the operator’s are all. Who is no member there is told that there is no such organization.
 */
export const ORGANIZATION_HEADER = 'x-tollgate-organization';

/** Where the paths of the operations begin. */
export const API_PREFIX = '/api/v1';
