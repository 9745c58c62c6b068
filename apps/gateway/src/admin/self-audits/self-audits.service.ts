import { Injectable } from '@nestjs/common';
import type { SelfAuditRow } from '@tollgate/database';
import type { OperationInput, OPERATIONS, Page, SelfAudit, SelfAuditListQuery } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { instantOrNull, withoutUndefined } from '../http/presentation.js';
import { orNotFound } from '../http/problem-error.js';
import { SelfAuditsRepository } from './self-audits.repository.js';

type Draft = OperationInput<typeof OPERATIONS.requestSelfAudit>['body'];

@Injectable()
export class SelfAuditsService {
  constructor(private readonly repository: SelfAuditsRepository) {}

  async list(query: SelfAuditListQuery): Promise<Page<SelfAudit>> {
    const { limit, sort, cursor, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(null, withoutUndefined(filter), readKeyset(order));
    return toPage(rows, order, present);
  }

  async read(id: string): Promise<SelfAudit> {
    return present(orNotFound(await this.repository.find(null, id)));
  }

  async request(actor: Actor, { extent }: Draft): Promise<SelfAudit> {
    return present(await this.repository.request(actor, extent));
  }
}

function present(row: SelfAuditRow): SelfAudit {
  return {
    id: row.id,
    extent: row.extent,
    state: row.state,
    requestedBy: row.requestedBy,
    checks: [...row.checks],
    findings: [...row.findings],
    requestedAt: row.requestedAt.toISOString(),
    startedAt: instantOrNull(row.startedAt),
    finishedAt: instantOrNull(row.finishedAt),
  };
}
