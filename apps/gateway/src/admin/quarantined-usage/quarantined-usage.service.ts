import { Injectable } from '@nestjs/common';
import { bytesOfId } from '@tollgate/domain';
import type {
  OperationInput,
  OPERATIONS,
  Page,
  QuarantinedUsage,
  QuarantinedUsageDetail,
  QuarantinedUsageListQuery,
} from '@tollgate/wire';
import type { AuditFact } from '../audit-log/audit-recorder.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toKeyedPage } from '../http/keyset.js';
import { conflict, orNotFound, ProblemError } from '../http/problem-error.js';
import { eventKeyOf, readPayload } from './event-key.js';
import { presentQuarantined, presentQuarantinedDetail } from './present-quarantined.js';
import { QuarantinedUsageRepository, type QuarantineRow } from './quarantined-usage.repository.js';

type Dismissal = OperationInput<typeof OPERATIONS.dismissQuarantinedUsage>;

@Injectable()
export class QuarantinedUsageService {
  constructor(private readonly repository: QuarantinedUsageRepository) {}

  async list({ limit, sort, cursor, state }: QuarantinedUsageListQuery): Promise<Page<QuarantinedUsage>> {
    const order = { limit, sort, cursor };
    const keyset = readKeyset(order);
    // what is in a cursor goes into a cast, which would fail on anything else
    if (keyset.after !== null && !/^\d{1,18}$/.test(keyset.after[0] ?? '')) throw new ProblemError('invalid-cursor');
    const rows = await this.repository.list(null, state, keyset);
    return toKeyedPage(rows, order, { present: presentQuarantined, key: ({ id }) => [id] });
  }

  async read(id: string): Promise<QuarantinedUsageDetail> {
    return presentQuarantinedDetail(await this.#find(id));
  }

  async retry(actor: Actor, id: string): Promise<QuarantinedUsageDetail> {
    const row = await this.#find(id);
    const key = eventKeyOf(readPayload(row.payload));
    if (key === null) throw conflict('The payload is no usage event: it can only be dismissed.');
    const fact = factOf('quarantined-usage.retried', id, { state: 'retried', reason: row.reason });
    if (!(await this.repository.retry(actor, row, { key, fact }))) throw alreadyResolved();
    return this.read(id);
  }

  async dismiss(actor: Actor, { params, body: { resolution } }: Dismissal): Promise<QuarantinedUsageDetail> {
    const { quarantinedUsageId: id } = params;
    const row = await this.#find(id);
    const fact = factOf('quarantined-usage.dismissed', id, { state: 'dismissed', reason: row.reason, resolution });
    if (!(await this.repository.dismiss(actor, row, { resolution, fact }))) throw alreadyResolved();
    return this.read(id);
  }

  async #find(id: string): Promise<QuarantineRow> {
    const digest = orNotFound(bytesOfId('quarantinedUsage', id));
    return orNotFound(await this.repository.find(null, digest));
  }
}

const alreadyResolved = (): ProblemError => conflict('It has been sent back or dismissed already.');

const factOf = (action: string, resourceId: string, after: object): AuditFact => ({
  action,
  resourceId,
  organizationId: null,
  before: { state: 'quarantined' },
  after,
});
