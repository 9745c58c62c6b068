import type { LimitScope, Prisma } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { Configuration, RateLimit } from '@tollgate/wire';
import { dollars } from '../http/presentation.js';
import type { Transaction } from '../http/transaction.js';
import {
  blame,
  keyOf,
  organizationIdOf,
  refuseRepetition,
  type PlannedChange,
  type Planning,
} from './planned-change.js';

type Described = Configuration['limits'][number];

interface Target {
  readonly scope: LimitScope;
  readonly scopeId: string;
  readonly organizationId: string;
  readonly name: string;
}

interface Limits {
  readonly monthlyBudget: string | null;
  readonly ladder: unknown;
  readonly rateLimit: RateLimit;
  /** Who describes them. */
  readonly source: string;
}

/** Limits of organizations and projects: they are taken over from whoever set them, and left where they are later. */
export function planLimits(planning: Planning): PlannedChange[] {
  const seen = new Set<string>();
  const changes = planning.configuration.limits.flatMap((described, at) => {
    const target = targetOf(planning, described, `/limits/${at}`);
    if (target === null) return [];
    const key = keyOf(target.scope, target.scopeId);
    if (refuseRepetition(planning, seen, { key, pointer: `/limits/${at}/organization` })) return [];
    return [changeOf(planning, target, described)];
  });
  const released = [...planning.state.rateLimits].filter(([key, row]) => row.source === 'file' && !seen.has(key));
  return [...changes, ...released.map(([, row]) => release(planning, row))];
}

function targetOf(planning: Planning, described: Described, pointer: string): Target | null {
  const { organization, project } = described;
  const organizationId = organizationIdOf(planning, organization, `${pointer}/organization`);
  if (organizationId === undefined || organizationId === null) return null;
  if (project === null) return { scope: 'organization', scopeId: organizationId, organizationId, name: organization };
  const scopeId = planning.state.projectIds.get(keyOf(organizationId, project));
  if (scopeId === undefined) {
    blame(planning, `${pointer}/project`, { code: 'not_found', message: 'the organization has no such project' });
    return null;
  }
  return { scope: 'project', scopeId, organizationId, name: `${organization} / ${project}` };
}

const ratesOf = ({ requestsPerMinute = null, tokensPerMinute = null, concurrency = null }: Partial<RateLimit>) => ({
  requestsPerMinute,
  tokensPerMinute,
  concurrency,
});

function limitsNow({ state }: Planning, { scope, scopeId }: Pick<Target, 'scope' | 'scopeId'>): Limits {
  const rates = state.rateLimits.get(keyOf(scope, scopeId));
  const budget = state.budgets.get(keyOf(scope, scopeId));
  return {
    monthlyBudget: budget === undefined ? null : dollars(budget.amount).amount,
    ladder: budget?.ladder ?? [],
    rateLimit: ratesOf(rates ?? {}),
    source: rates?.source ?? 'api',
  };
}

function changeOf(planning: Planning, target: Target, described: Described): PlannedChange {
  const { scope, scopeId, organizationId, name } = target;
  const { monthlyBudget, ladder, rateLimit } = described;
  const after = {
    monthlyBudget: monthlyBudget === null ? null : dollars(monthlyBudget).amount,
    ladder,
    rateLimit: ratesOf(rateLimit),
    source: 'file',
  };
  return {
    ...{ kind: 'limits', resource: scope, resourceId: scopeId, organizationId, name },
    ...{ before: limitsNow(planning, target), after },
    write: (transaction) => write(target, after, transaction),
  };
}

async function write(target: Target, limits: Limits, transaction: Transaction): Promise<void> {
  const { scope, scopeId, organizationId } = target;
  const where = { scope_scopeId: { scope, scopeId } };
  const rates = { ...limits.rateLimit, source: limits.source };
  await transaction.rateLimit.upsert({
    where,
    create: { scope, scopeId, organizationId, ...rates },
    update: { ...rates, version: { increment: 1 } },
  });
  if (limits.monthlyBudget === null) {
    await transaction.budget.deleteMany({ where: { scope, scopeId } });
    return;
  }
  const budget = { amount: limits.monthlyBudget, ladder: limits.ladder as Prisma.InputJsonArray };
  await transaction.budget.upsert({
    where,
    create: { id: newId('budget'), scope, scopeId, organizationId, ...budget },
    update: { ...budget, version: { increment: 1 } },
  });
}

function release(planning: Planning, row: Prisma.RateLimitModel): PlannedChange {
  const { scope, scopeId, organizationId } = row;
  const before = limitsNow(planning, row);
  const slug = planning.state.slugs.get(organizationId) ?? organizationId;
  const project = planning.state.projects.get(scopeId);
  return {
    ...{ kind: 'limits', resource: scope, resourceId: scopeId, organizationId, isReleased: true },
    name: project === undefined ? slug : `${slug} / ${project.name}`,
    ...{ before, after: { ...before, source: 'api' } },
    write: (transaction) =>
      transaction.rateLimit.update({
        where: { scope_scopeId: { scope, scopeId } },
        data: { source: 'api', version: { increment: 1 } },
      }),
  };
}
