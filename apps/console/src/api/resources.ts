import type {
  ApiKey,
  LedgerTransaction,
  Model,
  OperationId,
  Organization,
  Project,
  ProviderCredential,
  RequestSummary,
} from '@tollgate/wire';

interface ResourceOperations {
  readonly list: OperationId;
  readonly read: OperationId;
  /** The path parameter that the operation takes the id in. */
  readonly idParameter: string;
}

/** Resources of the data provider, and the operations that they are read with. */
export const RESOURCES = {
  organizations: { list: 'listOrganizations', read: 'readOrganization', idParameter: 'organizationId' },
  projects: { list: 'listProjects', read: 'readProject', idParameter: 'projectId' },
  'api-keys': { list: 'listOrganizationApiKeys', read: 'readApiKey', idParameter: 'apiKeyId' },
  requests: { list: 'listRequests', read: 'readRequest', idParameter: 'requestId' },
  models: { list: 'listModels', read: 'readModel', idParameter: 'modelId' },
  'provider-credentials': {
    list: 'listProviderCredentials',
    read: 'readProviderCredential',
    idParameter: 'providerCredentialId',
  },
  'ledger-transactions': {
    list: 'listLedgerTransactions',
    read: 'readLedgerTransaction',
    idParameter: 'ledgerTransactionId',
  },
} as const satisfies Record<string, ResourceOperations>;

export type ResourceName = keyof typeof RESOURCES;

/** What a list of the resource holds. */
export interface ResourceRecords {
  readonly organizations: Organization;
  readonly projects: Project;
  readonly 'api-keys': ApiKey;
  readonly requests: RequestSummary;
  readonly models: Model;
  readonly 'provider-credentials': ProviderCredential;
  readonly 'ledger-transactions': LedgerTransaction;
}
