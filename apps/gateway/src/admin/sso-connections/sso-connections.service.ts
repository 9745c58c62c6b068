import { Inject, Injectable } from '@nestjs/common';
import type { TollgateConfig } from '@tollgate/config';
import { Database, masterKeyId, openSecret, sealSecret } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import {
  mayGiveRole,
  roleOf,
  type OperationInput,
  type OPERATIONS,
  type Page,
  type Role,
  type SsoConnection,
} from '@tollgate/wire';
import { IssuerRefusedError, Issuers, type IssuerClient } from '../../identity/sso/issuers.js';
import type { SsoConnectionRow } from '../../identity/sso/sso-connection-row.js';
import { redirectUriOf } from '../../identity/sso/sso-sign-in.js';
import { APP_CONFIG, MASTER_KEY } from '../../platform/tokens.js';
import { recordAudit, type AuditFact } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { isUniqueViolation } from '../http/database-errors.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { instantOrNull, revisionOf, withoutUndefined } from '../http/presentation.js';
import { conflict, invalidField, orNotFound, ProblemError } from '../http/problem-error.js';
import { inTransaction, requireVersion, type Transaction } from '../http/transaction.js';
import { OwnersService } from '../organizations/owners.service.js';
import { DomainProof, newProof, recordOf } from './domain-proof.js';
import { SsoConnectionsRepository } from './sso-connections.repository.js';

type ListQuery = OperationInput<typeof OPERATIONS.listSsoConnections>['query'];
type Draft = OperationInput<typeof OPERATIONS.createSsoConnection>['body'];
type Change = OperationInput<typeof OPERATIONS.updateSsoConnection>;
type Verification = OperationInput<typeof OPERATIONS.verifySsoDomain>;

@Injectable()
export class SsoConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly owners: OwnersService,
    private readonly repository: SsoConnectionsRepository,
    private readonly issuers: Issuers,
    private readonly proof: DomainProof,
    @Inject(APP_CONFIG) private readonly config: Pick<TollgateConfig, 'publicUrl' | 'port'>,
    @Inject(MASTER_KEY) private readonly masterKey: Buffer,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<SsoConnection>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, (row) => this.#present(row));
  }

  async read(actor: Actor, id: string): Promise<SsoConnection> {
    return this.#present(orNotFound(await this.repository.find(actor.organizationId, id)));
  }

  async create(actor: Actor, draft: Draft): Promise<SsoConnection> {
    const { name, issuer, clientId, clientSecret, defaultRole, domains } = draft;
    requireGivable(actor, defaultRole);
    // outside of the transaction that writes: the issuer is asked here, which may take its time
    const organizationId = orNotFound(await this.owners.ownerOf(actor, draft.organizationId, this.database.prisma));
    const issuerByOperator = actor.organizationId === null;
    await this.#requireUsable({ issuer, byOperator: issuerByOperator, clientId, clientSecret });
    const id = newId('ssoConnection');
    return inTransaction(this.database, async (transaction) => {
      const row = { id, organizationId, name, issuer, issuerByOperator, clientId, defaultRole };
      const created = domains.map((domain) => ({ domain, proof: newProof() }));
      const data = { ...row, ...this.#seal(id, clientSecret), domains: { create: created } };
      const after = this.#present(await this.repository.insert(data, transaction));
      await recordAudit(transaction, actor, factOf('created', { before: null, after }));
      return after;
    });
  }

  async update(actor: Actor, { params, body, ifMatch }: Change): Promise<SsoConnection> {
    const id = params.ssoConnectionId;
    const found = orNotFound(await this.repository.find(actor.organizationId, id));
    requireVersion(found, ifMatch);
    const { domains, clientSecret, ...fields } = body;
    requireGivable(actor, fields.defaultRole ?? roleOf(found.defaultRole));
    const movesAway = fields.issuer !== undefined && fields.issuer !== found.issuer;
    if (movesAway && clientSecret === undefined) {
      throw invalidField('/body/clientSecret', 'must be given again when the issuer changes', 'required');
    }
    const issuerByOperator = movesAway ? actor.organizationId === null : found.issuerByOperator;
    if (movesAway || fields.clientId !== undefined || clientSecret !== undefined) {
      await this.#requireUsable({
        issuer: fields.issuer ?? found.issuer,
        byOperator: issuerByOperator,
        clientId: fields.clientId ?? found.clientId,
        clientSecret: clientSecret ?? this.#openSecret(found),
      });
    }
    return inTransaction(this.database, async (transaction) => {
      const secret = clientSecret === undefined ? {} : this.#seal(id, clientSecret);
      const data = { ...withoutUndefined(fields), ...secret, issuerByOperator };
      await this.repository.update({ id, version: ifMatch }, data, transaction);
      if (domains !== undefined) await this.repository.keepDomains(id, domains, transaction);
      if (movesAway) await this.#beginAnew(id, transaction);
      const after = this.#present(orNotFound(await this.repository.find(actor.organizationId, id, transaction)));
      const fact = factOf('updated', { before: this.#present(found), after });
      await recordAudit(transaction, actor, clientSecret === undefined ? fact : toldOfSecret(fact));
      return after;
    });
  }

  async delete(actor: Actor, id: string): Promise<void> {
    await inTransaction(this.database, async (transaction) => {
      const found = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      await this.repository.forgetPeople(id, transaction);
      await this.repository.delete(id, transaction);
      await recordAudit(transaction, actor, factOf('deleted', { before: this.#present(found), after: null }));
    });
  }

  async verifyDomain(actor: Actor, { params, body }: Verification): Promise<SsoConnection> {
    const id = params.ssoConnectionId;
    const { domain } = body;
    const found = orNotFound(await this.repository.find(actor.organizationId, id));
    requireGivable(actor, roleOf(found.defaultRole));
    const claimed = found.domains.find((known) => known.domain === domain);
    if (claimed === undefined) throw invalidField('/body/domain', 'is not a domain of this connection', 'unknown');
    if (claimed.verifiedAt !== null) return this.#present(found);
    const byOperator = actor.organizationId === null;
    if (!byOperator && !(await this.proof.isPublished(claimed))) {
      const { name } = recordOf(claimed);
      throw conflict(`The TXT record of ${name} is not there, or not yet. Changes of DNS can take a while.`);
    }
    return inTransaction(this.database, async (transaction) => {
      // the proof that was looked for must still be the one that counts
      const now = orNotFound(await this.repository.find(actor.organizationId, id, transaction));
      requireVersion(now, found.version);
      await this.repository.verifyDomain({ id, domain }, byOperator ? 'operator' : 'dns', transaction);
      const after = this.#present(orNotFound(await this.repository.find(actor.organizationId, id, transaction)));
      await recordAudit(transaction, actor, factOf('domain-verified', { before: this.#present(now), after }));
      return after;
    }).catch((error: unknown) => {
      if (isUniqueViolation(error)) throw conflict('The domain is verified for another connection already.');
      throw error;
    });
  }

  /** Another issuer vouches for nobody yet: it could name people as it likes, owners too. */
  async #beginAnew(id: string, transaction: Transaction): Promise<void> {
    await this.repository.unverifyDomains(id, transaction);
    await this.repository.forgetPeople(id, transaction);
  }

  async #requireUsable(client: IssuerClient): Promise<void> {
    await this.issuers.discover(client).catch((error: unknown) => {
      if (error instanceof IssuerRefusedError) throw invalidField('/body/issuer', error.message, 'issuer_refused');
      throw error;
    });
  }

  /** @throws ProblemError where it was sealed with a master key that is not ours any more. */
  #openSecret({ id, ciphertext, masterKeyId: sealedWith }: SsoConnectionRow): string {
    if (sealedWith === masterKeyId(this.masterKey)) return openSecret(this.masterKey, ciphertext, id);
    throw invalidField('/body/clientSecret', 'must be given again: it was sealed with another master key', 'required');
  }

  #seal(id: string, secret: string) {
    return { ciphertext: sealSecret(this.masterKey, secret, id), masterKeyId: masterKeyId(this.masterKey) };
  }

  #present(row: SsoConnectionRow): SsoConnection {
    return {
      id: row.id,
      organizationId: row.organizationId,
      name: row.name,
      issuer: row.issuer,
      clientId: row.clientId,
      defaultRole: roleOf(row.defaultRole),
      domains: row.domains.map((domain) => ({
        domain: domain.domain,
        verifiedAt: instantOrNull(domain.verifiedAt),
        verifiedBy: domain.verifiedBy === 'dns' || domain.verifiedBy === 'operator' ? domain.verifiedBy : null,
        record: recordOf(domain),
      })),
      redirectUri: redirectUriOf(this.config, row.id),
      ...revisionOf(row),
    };
  }
}

/** Whoever lets people in by a connection gives them its role. */
function requireGivable(actor: Actor, role: Role): void {
  if (mayGiveRole(actor.scopes, role)) return;
  const fault = { pointer: '/body/defaultRole', code: 'beyond_own_role', message: `you may not make anybody ${role}` };
  throw new ProblemError('forbidden', 'Nobody gives more than they have.', [fault]);
}

function factOf(
  what: 'created' | 'updated' | 'deleted' | 'domain-verified',
  { before, after }: { before: SsoConnection | null; after: SsoConnection | null },
): AuditFact {
  const { id = '', organizationId = null } = after ?? before ?? {};
  return { action: `sso-connection.${what}`, resourceId: id, organizationId, before, after };
}

/** That a secret was replaced is worth telling; the secret is not. */
const toldOfSecret = (fact: AuditFact): AuditFact => ({
  ...fact,
  before: { ...fact.before, clientSecret: 'withheld' },
  after: { ...fact.after, clientSecret: 'replaced, withheld' },
});
