import { Injectable } from '@nestjs/common';
import type { Actor, Tenant } from '../http/actor.js';
import { orNotFound } from '../http/problem-error.js';
import type { Transaction } from '../http/transaction.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Decides whose a new resource is that either the operator or an organization may own. */
@Injectable()
export class OwnersService {
  constructor(private readonly organizations: OrganizationsRepository) {}

  /**
   * An organization's token makes its organization's resources, whatever it leaves out; the operator's token makes the
   * operator's own, or those of the organization that it names.
   * @throws ProblemError `not-found` when the named organization is not there, or is not the caller's.
   */
  async ownerOf(actor: Actor, named: string | null | undefined, transaction: Transaction): Promise<Tenant> {
    if (named === null || named === undefined) return actor.organizationId;
    return orNotFound(await this.organizations.find(actor.organizationId, named, transaction)).id;
  }
}
