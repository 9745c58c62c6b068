import { Inject, Injectable } from '@nestjs/common';
import { Database, secretColumns, type Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { ConnectionTest, OperationInput, OPERATIONS, Page, ProviderCredential } from '@tollgate/wire';
import { MASTER_KEY } from '../../platform/tokens.js';
import { recordAudit } from '../audit-log/audit-recorder.js';
import { refuseOwnedByFile } from '../configuration/refuse-owned-by-file.js';
import type { Actor } from '../http/actor.js';
import { isReferenceViolation } from '../http/database-errors.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, invalidField, orNotFound } from '../http/problem-error.js';
import { inTransaction, requireVersion } from '../http/transaction.js';
import { OwnersService } from '../organizations/owners.service.js';
import { ConnectionTester, RESOLVE } from './connection-tester.js';
import { leavesOrigin, requireUsableCredential } from './credential-rules.js';
import { ProviderCredentialsRepository } from './provider-credentials.repository.js';
import type { Resolve } from '@tollgate/public-address';

type ListQuery = OperationInput<typeof OPERATIONS.listProviderCredentials>['query'];
type Draft = OperationInput<typeof OPERATIONS.createProviderCredential>['body'];
type Change = OperationInput<typeof OPERATIONS.updateProviderCredential>;
type Row = Prisma.ProviderCredentialModel;

@Injectable()
export class ProviderCredentialsService {
  constructor(
    private readonly database: Database,
    private readonly owners: OwnersService,
    private readonly repository: ProviderCredentialsRepository,
    private readonly tester: ConnectionTester,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer,
    @Inject(RESOLVE) private readonly resolve: Resolve,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<ProviderCredential>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, present);
  }

  async read(actor: Actor, id: string): Promise<ProviderCredential> {
    return present(orNotFound(await this.repository.find(actor.organizationId, id)));
  }

  async create(actor: Actor, draft: Draft): Promise<ProviderCredential> {
    const id = newId('providerCredential');
    const { provider, name, baseUrl, secret } = draft;
    // outside of the transaction that writes: names are resolved here, which may take its time
    const organizationId = await this.owners.ownerOf(actor, draft.organizationId, this.database.prisma);
    const usable = { organizationId, provider, baseUrl, hasSecret: secret !== null, newSecret: secret };
    await requireUsableCredential(usable, this.resolve);
    return inTransaction(this.database, async (transaction) => {
      const data = { id, provider, name, baseUrl, ...secretColumns(this.masterKey, id, secret) };
      const after = present(await this.repository.insert(organizationId, data, transaction));
      const fact = { action: 'provider-credential.created', resourceId: id, organizationId, before: null, after };
      await recordAudit(transaction, actor, fact);
      return after;
    });
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<ProviderCredential> {
    const id = params.providerCredentialId;
    const { name, baseUrl, secret } = body;
    const found = orNotFound(await this.repository.find(actor.organizationId, id));
    requireVersion(found, ifMatch);
    refuseManaged(found);
    refuseRedirectedSecret(found, body);
    await requireUsableCredential(
      {
        organizationId: found.organizationId,
        provider: found.provider,
        baseUrl: baseUrl === undefined ? found.baseUrl : baseUrl,
        hasSecret: secret === undefined ? found.ciphertext !== null : secret !== null,
        newSecret: secret ?? null,
      },
      this.resolve,
    );
    return inTransaction(this.database, async (transaction) => {
      const data = {
        ...withoutUndefined({ name, baseUrl }),
        ...(secret === undefined ? {} : secretColumns(this.masterKey, id, secret)),
      };
      await this.repository.update(actor.organizationId, { id, version: ifMatch }, { data, transaction });
      const after = present(orNotFound(await this.repository.find(actor.organizationId, id, transaction)));
      const before = present(found);
      const { organizationId } = after;
      const fact = { action: 'provider-credential.updated', resourceId: id, organizationId, before, after };
      await recordAudit(transaction, actor, secret === undefined ? fact : toldOfSecret(fact));
      return after;
    });
  }

  async delete(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      refuseManaged(found);
      await this.repository.delete(actor.organizationId, id, transaction);
      const before = present(found);
      const { organizationId } = found;
      const fact = { action: 'provider-credential.deleted', resourceId: id, organizationId, before, after: null };
      await recordAudit(transaction, actor, fact);
    }).catch((error: unknown) => {
      if (isReferenceViolation(error)) throw conflict('Deployments use the credential. Delete them first.');
      throw error;
    });
  }

  async testConnection(actor: Actor, id: string): Promise<ConnectionTest> {
    return this.tester.test(orNotFound(await this.repository.find(actor.organizationId, id)));
  }
}

function refuseManaged(row: Row): void {
  refuseOwnedByFile('credential', row.source);
  if (row.source === 'environment') throw conflict('The credential follows the environment. Change it there.');
}

/** Otherwise whoever may change the address could have the stored secret sent to a server of their own. */
function refuseRedirectedSecret(found: Row, { baseUrl, secret }: Change['body']): void {
  const redirected = baseUrl !== undefined && leavesOrigin(found.baseUrl, baseUrl);
  if (redirected && found.ciphertext !== null && secret === undefined) {
    throw invalidField('/body/secret', 'must be given again when baseUrl leaves its origin', 'required');
  }
}

/** That a secret was replaced is worth telling; the secret is not. */
const toldOfSecret = <F extends { before: object; after: object }>(fact: F): F => ({
  ...fact,
  before: { ...fact.before, secret: 'withheld' },
  after: { ...fact.after, secret: 'replaced, withheld' },
});

function present(row: Row): ProviderCredential {
  return {
    id: row.id,
    organizationId: row.organizationId,
    provider: row.provider,
    name: row.name,
    baseUrl: row.baseUrl,
    hasSecret: row.ciphertext !== null,
    source: row.source,
    ...revisionOf(row),
  };
}
