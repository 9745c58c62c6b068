import { Injectable } from '@nestjs/common';
import { Database } from '@tollgate/database';
import { issueSecret, MANAGEMENT_TOKEN_PREFIX, newId } from '@tollgate/domain';
import {
  ALL_PERMISSIONS,
  type FieldProblem,
  type IssuedManagementToken,
  type ManagementToken,
  type OperationInput,
  type OPERATIONS,
  type Page,
} from '@tollgate/wire';
import { recordAudit } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { instantOrNull, withoutUndefined } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { inTransaction } from '../http/transaction.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { OwnersService } from '../organizations/owners.service.js';
import { ManagementTokensRepository, type ManagementTokenRow } from './management-tokens.repository.js';

type ListQuery = OperationInput<typeof OPERATIONS.listManagementTokens>['query'];
type Draft = OperationInput<typeof OPERATIONS.createManagementToken>['body'];

@Injectable()
export class ManagementTokensService {
  constructor(
    private readonly database: Database,
    private readonly owners: OwnersService,
    private readonly repository: ManagementTokensRepository,
    private readonly invitations: InvitationsService,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<ManagementToken>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, present);
  }

  async read(actor: Actor, id: string): Promise<ManagementToken> {
    return present(orNotFound(await this.repository.find(actor.organizationId, id)));
  }

  async create(actor: Actor, draft: Draft): Promise<IssuedManagementToken> {
    refuseEscalation(actor, draft);
    const { secret, hash, displayPrefix } = issueSecret(MANAGEMENT_TOKEN_PREFIX);
    const id = newId('managementToken');
    return inTransaction(this.database, async (transaction) => {
      const organizationId = await this.owners.ownerOf(actor, draft.organizationId, transaction);
      const expiresAt = draft.expiresAt === null ? null : new Date(draft.expiresAt);
      const data = { id, name: draft.name, hash, displayPrefix, scopes: [...new Set(draft.scopes)], expiresAt };
      const after = present(await this.repository.insert(organizationId, data, transaction));
      const fact = { action: 'management-token.created', resourceId: id, organizationId, before: null, after };
      await recordAudit(transaction, actor, fact);
      return { ...after, secret };
    });
  }

  async revoke(actor: Actor, id: string): Promise<ManagementToken> {
    return inTransaction(this.database, async (transaction) => {
      const before = present(orNotFound(await this.repository.find(actor.organizationId, id, transaction)));
      const revoked = await this.repository.revoke(actor.organizationId, id, transaction);
      const after = present(orNotFound(await this.repository.find(actor.organizationId, id, transaction)));
      const { organizationId } = after;
      const fact = { action: 'management-token.revoked', resourceId: id, organizationId, before, after };
      if (!revoked) return after;
      await recordAudit(transaction, actor, fact);
      await this.invitations.revokeBeyond(actor, { id, organizationId, scopes: [] }, transaction);
      return after;
    });
  }
}

/** A token may hand on what it has, for as long as it has it, and no more. */
function refuseEscalation(actor: Actor, draft: Draft): void {
  const faults: FieldProblem[] = [];
  if (!actor.scopes.includes(ALL_PERMISSIONS)) {
    draft.scopes.forEach((scope, index) => {
      if (actor.scopes.includes(scope)) return;
      const message = `the token that asks does not have the scope ${scope}`;
      faults.push({ pointer: `/body/scopes/${index}`, code: 'beyond_own_scopes', message });
    });
  }
  const end = draft.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(draft.expiresAt);
  if (actor.expiresAt !== null && end > actor.expiresAt) {
    const message = `must not lie after ${new Date(actor.expiresAt).toISOString()}, when the token that asks expires`;
    faults.push({ pointer: '/body/expiresAt', code: 'beyond_own_expiry', message });
  }
  if (faults.length > 0) throw new ProblemError('forbidden', 'A token cannot give more than it has.', faults);
}

function present(row: ManagementTokenRow): ManagementToken {
  return {
    id: row.id,
    organizationId: row.organizationId,
    name: row.name,
    displayPrefix: row.displayPrefix,
    scopes: row.scopes,
    expiresAt: instantOrNull(row.expiresAt),
    revokedAt: instantOrNull(row.revokedAt),
    createdAt: row.createdAt.toISOString(),
  };
}
