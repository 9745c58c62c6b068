import { Injectable } from '@nestjs/common';
import { cancellableQuery } from '@tollgate/analytics';
import { Database } from '@tollgate/database';
import { lowestUuidAt, requestUuid, type RouteDecision } from '@tollgate/domain';
import type { RequestListQuery } from '@tollgate/wire';
import type { Tenant } from '../http/actor.js';
import type { Keyset } from '../http/keyset.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestRow } from './request-row.js';

export interface RoutingFacts {
  readonly routeName: string | null;
  /** Of a demo: what a simulated provider serves is rated like what a real one does. */
  readonly isSimulated: boolean;
  /** Those that call with a credential of the organization's own. */
  readonly ownDeployments: ReadonlySet<string>;
}

type Filters = Omit<RequestListQuery, 'limit' | 'cursor' | 'sort'>;

/** Columns of a list, by which nothing that only the operator may know is read. */
const SUMMARY_COLUMNS = `
  e.request_id, e.organization_id, e.project_id, e.api_key_id, e.member_id, e.end_user, e.tags, e.occurred_at,
  e.endpoint, e.surface, e.requested_model, e.served_model, e.upstream_model, e.provider, e.deployment_id, e.stream,
  e.outcome, e.error_code, e.status, e.simulated, e.rating_state, e.charge, e.first_token_ms, e.total_ms,
  e.input_tokens, e.output_tokens, e.cache_read_tokens, e.billed_cost`;

/** A request is the newest revision of its part 0: further parts are what it cost beside, and nobody is charged for. */
const NEWEST = `NOT EXISTS (
  SELECT 1 FROM usage_event later
  WHERE later.request_id = e.request_id AND later.part = e.part AND later.revision > e.revision
)`;

const QUERY_TIMEOUT_MS = 10_000;
const QUERY_CANCELED = '57014';

@Injectable()
export class RequestsRepository {
  constructor(private readonly database: Database) {}

  async list(organizationId: Tenant, filters: Filters, keyset: Keyset): Promise<RequestRow[]> {
    const { conditions, values } = conditionsOf(organizationId, filters, keyset);
    const direction = keyset.direction === 'desc' ? 'DESC' : 'ASC';
    const order = orderOf(organizationId, filters)
      .map((column) => `e.${column} ${direction}`)
      .join(', ');
    const text = `
      SELECT ${SUMMARY_COLUMNS} FROM usage_event e
      WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${keyset.limit + 1}`;
    return this.#boundedQuery<RequestRow>(text, values);
  }

  /** Price rows that rated lines of the tenant name: prices are told to whom they were charged. */
  prices(_organizationId: Tenant, priceIds: readonly string[]) {
    return this.database.prisma.price.findMany({ where: { id: { in: [...new Set(priceIds)] } } });
  }

  /** What has to be known now of the deployments and the route of a decision that was made then. */
  async routingFacts(organizationId: string, { routeId, candidates }: RouteDecision): Promise<RoutingFacts> {
    const { prisma } = this.database;
    const ids = [...new Set(candidates.map(({ deploymentId }) => deploymentId))];
    const [route, organization, deployments] = await Promise.all([
      routeId === null ? null : prisma.route.findUnique({ where: { id: routeId }, select: { name: true } }),
      prisma.organization.findUniqueOrThrow({ where: { id: organizationId }, select: { simulated: true } }),
      prisma.deployment.findMany({
        where: { id: { in: ids }, providerCredential: { organizationId } },
        select: { id: true },
      }),
    ]);
    return {
      routeName: route?.name ?? null,
      isSimulated: organization.simulated,
      ownDeployments: new Set(deployments.map(({ id }) => id)),
    };
  }

  /** Filters without an index of their own read on until they have found a page: that must end. */
  async #boundedQuery<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      return await cancellableQuery<Row>(this.database.pool, { text, values, timeoutMs: QUERY_TIMEOUT_MS });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === QUERY_CANCELED) {
        throw new ProblemError('invalid-request', 'The search took too long. Narrow it with from and to.');
      }
      throw error;
    }
  }
}

/** Filters that compare a column with a value. */
const COLUMNS = {
  organizationId: 'organization_id',
  projectId: 'project_id',
  apiKeyId: 'api_key_id',
  model: 'requested_model',
  provider: 'provider',
  deploymentId: 'deployment_id',
  outcome: 'outcome',
  errorCode: 'error_code',
  endUser: 'end_user',
  memberId: 'member_id',
} as const satisfies Partial<Record<keyof Filters, string>>;

/**
 * A request's id begins with its instant, so that both orders are one. Over all organizations the primary key has it;
 * the indexes of an organization and of a key name the instant first.
 */
function orderOf(organizationId: Tenant, filters: Filters): readonly string[] {
  const isConfined = (organizationId ?? filters.organizationId ?? filters.apiKeyId) !== undefined;
  return isConfined ? ['occurred_at', 'request_id'] : ['request_id'];
}

function conditionsOf(organizationId: Tenant, filters: Filters, keyset: Keyset) {
  const values: unknown[] = [];
  const conditions = ['e.part = 0', NEWEST];
  const add = (condition: (parameter: string) => string, value: unknown): void => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  if (organizationId !== null) add((p) => `e.organization_id = ${p}`, organizationId);
  for (const [filter, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
    if (filters[filter] !== undefined) add((p) => `e.${column} = ${p}`, filters[filter]);
  }
  if (filters.tag !== undefined) add((p) => `e.tags @> ARRAY[${p}::text]`, filters.tag);
  // said in the words of the partial index, so that it is used
  const hasFailed = filters.failed !== undefined || filters.errorCode !== undefined;
  if (hasFailed || (filters.outcome !== undefined && filters.outcome !== 'success')) {
    conditions.push(`e.outcome <> 'success'`);
  }
  // the instant stands in the id, by which the table is partitioned
  if (filters.from !== undefined) {
    add((p) => `e.occurred_at >= ${p}`, filters.from);
    add((p) => `e.request_id >= ${p}`, lowestUuidAt(Date.parse(filters.from)));
  }
  if (filters.to !== undefined) {
    add((p) => `e.occurred_at < ${p}`, filters.to);
    add((p) => `e.request_id < ${p}`, lowestUuidAt(Date.parse(filters.to)));
  }
  if (keyset.after !== null) {
    const [occurredAt, requestId = ''] = keyset.after;
    const beyond = keyset.direction === 'desc' ? '<' : '>';
    add((p) => `e.request_id ${beyond} ${p}::uuid`, requestUuid(requestId));
    if (orderOf(organizationId, filters).length > 1) {
      values.push(occurredAt, requestUuid(requestId));
      const key = `($${values.length - 1}::timestamptz, $${values.length}::uuid)`;
      conditions.push(`(e.occurred_at, e.request_id) ${beyond} ${key}`);
    }
  }
  return { conditions, values };
}
