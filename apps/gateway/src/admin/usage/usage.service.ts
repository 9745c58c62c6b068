import { Inject, Injectable } from '@nestjs/common';
import type { UsageAnalytics, UsageFigures, UsageOwner } from '@tollgate/analytics';
import { isTimeBucket, type UsageAnswer, type UsageDimension, type UsageQuery } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { withoutUndefined } from '../http/presentation.js';
import { orNotFound, ProblemError } from '../http/problem-error.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { explainFigures } from './explain-figures.js';

export const USAGE_ANALYTICS = Symbol('USAGE_ANALYTICS');

@Injectable()
export class UsageService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    @Inject(USAGE_ANALYTICS) private readonly analytics: UsageAnalytics,
  ) {}

  async read(actor: Actor, query: UsageQuery): Promise<UsageAnswer> {
    const owner = await this.#ownerOf(actor, query.organizationId);
    refuseOperatorFigures(actor, query);
    return this.analytics.read(owner, figuresOf(query)).catch(explainFigures);
  }

  async #ownerOf(actor: Actor, named: string | undefined): Promise<UsageOwner | null> {
    const id = named ?? actor.organizationId;
    if (id === null) return null;
    const { timeZone } = orNotFound(await this.organizations.find(actor.organizationId, id));
    return { id, timeZone };
  }
}

function figuresOf(query: UsageQuery): UsageFigures {
  const by = query.by ?? [];
  return {
    measures: query.measure,
    dimensions: by.filter((word): word is UsageDimension => !isTimeBucket(word)),
    bucket: by.find(isTimeBucket) ?? null,
    from: Date.parse(query.from),
    to: Date.parse(query.to),
    zone: query.zone ?? null,
    filters: withoutUndefined({
      project: query.projectId,
      model: query.model,
      provider: query.provider,
      outcome: query.outcome,
      apiKey: query.apiKeyId,
      member: query.memberId,
      endUser: query.endUser,
      tag: query.tag,
      deployment: query.deploymentId,
    }),
  };
}

/** What the operator pays is not told to those who pay the operator. */
function refuseOperatorFigures(actor: Actor, query: UsageQuery): void {
  if (actor.organizationId === null || !query.measure.includes('providerCost')) return;
  throw new ProblemError('forbidden', 'Only the operator may see providerCost.', [
    { pointer: '/query/measure', code: 'operator_only', message: 'providerCost is for the operator' },
  ]);
}
