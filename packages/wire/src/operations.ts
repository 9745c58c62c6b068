import { apiKeyOperations } from './api-keys.js';
import { auditLogOperations } from './audit-log.js';
import { deploymentOperations } from './deployments.js';
import { ledgerOperations } from './ledger.js';
import { managementTokenOperations } from './management-tokens.js';
import { meOperations } from './me.js';
import { modelOperations } from './models.js';
import { organizationOperations } from './organizations.js';
import { playgroundOperations } from './playground.js';
import { priceBookOperations } from './price-books.js';
import { projectOperations } from './projects.js';
import { providerCredentialOperations } from './provider-credentials.js';
import { requestOperations } from './requests.js';
import { selfAuditOperations } from './self-audits.js';
import { usageExportOperations } from './usage-exports.js';
import { setupOperations } from './setup.js';
import { usageOperations } from './usage.js';

/** Everything that the management API can do. */
export const OPERATIONS = {
  ...organizationOperations,
  ...projectOperations,
  ...apiKeyOperations,
  ...playgroundOperations,
  ...modelOperations,
  ...priceBookOperations,
  ...providerCredentialOperations,
  ...deploymentOperations,
  ...usageOperations,
  ...usageExportOperations,
  ...requestOperations,
  ...ledgerOperations,
  ...selfAuditOperations,
  ...managementTokenOperations,
  ...auditLogOperations,
  ...meOperations,
  ...setupOperations,
};

export type OperationId = keyof typeof OPERATIONS;

/** Where the paths of the operations begin. */
export const API_PREFIX = '/api/v1';
