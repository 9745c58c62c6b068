import { Injectable } from '@nestjs/common';
import { ADVISORY_LOCKS, type Prisma } from '@tollgate/database';
import type { Configuration } from '@tollgate/wire';
import type { Transaction } from '../http/transaction.js';
import { keyOf } from './planned-change.js';

const WITH_CREDENTIAL = {
  providerCredential: { select: { name: true, provider: true } },
} as const satisfies Prisma.DeploymentInclude;

export type CredentialRow = Prisma.ProviderCredentialModel;
export type DeploymentRow = Prisma.DeploymentGetPayload<{ include: typeof WITH_CREDENTIAL }>;

/** What is there before the file is applied. */
export interface ConfigurationState {
  /** By slug. */
  readonly organizationIds: ReadonlyMap<string, string>;
  readonly slugs: ReadonlyMap<string, string>;
  /** By organization and name. */
  readonly projectIds: ReadonlyMap<string, string>;
  readonly projects: ReadonlyMap<string, { readonly name: string; readonly organizationId: string }>;
  readonly credentials: readonly CredentialRow[];
  readonly deployments: readonly DeploymentRow[];
  readonly routes: readonly Prisma.RouteModel[];
  /** Of organizations and projects, by scope and id. */
  readonly rateLimits: ReadonlyMap<string, Prisma.RateLimitModel>;
  readonly budgets: ReadonlyMap<string, Prisma.BudgetModel>;
}

@Injectable()
export class ConfigurationRepository {
  /** Holds back whoever applies a file at the same time: each would plan on what the other is about to change. */
  async lock(_organizationId: null, transaction: Transaction): Promise<void> {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.configuration}::bigint)`;
  }

  /** Everything that the file owns, names or could clash with. */
  async load(
    _organizationId: null,
    configuration: Configuration,
    transaction: Transaction,
  ): Promise<ConfigurationState> {
    const organizations = await transaction.organization.findMany({ select: { id: true, slug: true } });
    const projectNames = configuration.limits.flatMap(({ project }) => project ?? []);
    const scopes = { in: ['organization', 'project'] } as const satisfies Prisma.RateLimitWhereInput['scope'];
    const rateLimits = await transaction.rateLimit.findMany({ where: { scope: scopes }, orderBy: { scopeId: 'asc' } });
    const described = rateLimits.filter(({ source }) => source === 'file').map(({ scopeId }) => scopeId);
    const projects = await transaction.project.findMany({
      where: { OR: [{ name: { in: projectNames } }, { id: { in: described } }] },
    });
    const budgets = await transaction.budget.findMany({ where: { scope: scopes } });
    return {
      organizationIds: new Map(organizations.map(({ id, slug }) => [slug, id])),
      slugs: new Map(organizations.map(({ id, slug }) => [id, slug])),
      projectIds: new Map(projects.map((row) => [keyOf(row.organizationId, row.name), row.id])),
      projects: new Map(projects.map((row) => [row.id, row])),
      credentials: await transaction.providerCredential.findMany({ orderBy: [{ name: 'asc' }, { id: 'asc' }] }),
      deployments: await transaction.deployment.findMany({
        include: WITH_CREDENTIAL,
        orderBy: [{ model: 'asc' }, { id: 'asc' }],
      }),
      routes: await transaction.route.findMany({
        orderBy: [{ name: 'asc' }, { organizationId: { sort: 'asc', nulls: 'first' } }],
      }),
      rateLimits: new Map(rateLimits.map((row) => [keyOf(row.scope, row.scopeId), row])),
      budgets: new Map(budgets.map((row) => [keyOf(row.scope, row.scopeId), row])),
    };
  }
}
