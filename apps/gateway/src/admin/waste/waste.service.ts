import { Injectable } from '@nestjs/common';
import type { OperationInput, OPERATIONS, WasteAnswer } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { dollars } from '../http/presentation.js';
import { orNotFound } from '../http/problem-error.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { WasteRepository, type WasteRow } from './waste.repository.js';

type Query = OperationInput<typeof OPERATIONS.readWaste>['query'];

@Injectable()
export class WasteService {
  constructor(
    private readonly repository: WasteRepository,
    private readonly organizations: OrganizationsRepository,
  ) {}

  async read(actor: Actor, query: Query): Promise<WasteAnswer> {
    const { organizationId } = query;
    if (organizationId !== undefined) orNotFound(await this.organizations.find(actor.organizationId, organizationId));
    const isOperator = actor.organizationId === null;
    const rows = await this.repository.read(actor.organizationId, query, isOperator);
    const { spent, ...total } = await this.repository.total(actor.organizationId, query);
    return {
      rows: rows.map(({ key, ...sums }) => ({ key: { ...key }, ...present(sums, isOperator) })),
      total: present(total, isOperator),
      spent: dollars(spent),
      asOf: new Date().toISOString(),
    };
  }
}

/** What the operator pays is not told to those who pay the operator. */
function present({ events, charged, cost }: Omit<WasteRow, 'key'>, isOperator: boolean): WasteAnswer['total'] {
  return { events: Number(events), charged: dollars(charged), ...(isOperator ? { cost: dollars(cost) } : {}) };
}
