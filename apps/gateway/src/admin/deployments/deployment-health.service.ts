import { Inject, Injectable, Optional } from '@nestjs/common';
import { readDeploymentHealth, type DeploymentHealth as Figures } from '@tollgate/analytics';
import { Database } from '@tollgate/database';
import { publicRequestId } from '@tollgate/domain';
import type { DeploymentHealth, OperationInput, OPERATIONS, Page } from '@tollgate/wire';
import { RoutingView, type LiveHealth } from '../../platform/routing-view.js';
import type { Actor } from '../http/actor.js';
import { readKeyset, toPage } from '../http/keyset.js';
import { withoutUndefined } from '../http/presentation.js';
import { DeploymentsRepository, type DeploymentRow } from './deployments.repository.js';

type ListQuery = OperationInput<typeof OPERATIONS.listDeploymentHealth>['query'];

const HOUR_MS = 3_600_000;
const DEGRADED_FROM = 0.02;
const FAILING_FROM = 0.5;

const NOTHING: Figures = {
  requests: 0,
  errors: 0,
  providerFailures: 0,
  latencyP50: null,
  latencyP95: null,
  firstTokenP50: null,
  lastFailure: null,
};

@Injectable()
export class DeploymentHealthService {
  constructor(
    private readonly database: Database,
    private readonly repository: DeploymentsRepository,
    @Optional() @Inject(RoutingView) private readonly routing: RoutingView | undefined,
  ) {}

  async list(actor: Actor, query: ListQuery): Promise<Page<DeploymentHealth>> {
    const { limit, sort, cursor, hours, ...filter } = query;
    const order = { limit, sort, cursor };
    const rows = await this.repository.list(actor.organizationId, withoutUndefined(filter), readKeyset(order));
    const ago = Date.now() - hours * HOUR_MS;
    const since = ago - (ago % HOUR_MS);
    const ids = rows.map(({ id }) => id);
    const health = await readDeploymentHealth(this.database.pool, ids, since);
    const live = this.routing === undefined ? null : Map.groupBy(this.routing.health(), (each) => each.deploymentId);
    return toPage(rows, order, (row) => ({
      ...present(row, health.get(row.id) ?? NOTHING, since),
      live: live === null ? null : (live.get(row.id) ?? []).map(presentLive),
    }));
  }
}

function present(row: DeploymentRow, figures: Figures, since: number): Omit<DeploymentHealth, 'live'> {
  const { lastFailure, requests, providerFailures } = figures;
  return {
    deploymentId: row.id,
    organizationId: row.organizationId,
    provider: row.providerCredential.provider,
    model: row.model,
    state: row.enabled ? stateOf(figures) : 'disabled',
    since: new Date(since).toISOString(),
    requests,
    errors: figures.errors,
    providerFailures,
    successShare: requests === 0 ? null : 1 - providerFailures / requests,
    latencyP50: figures.latencyP50,
    latencyP95: figures.latencyP95,
    firstTokenP50: figures.firstTokenP50,
    lastFailure:
      lastFailure === null
        ? null
        : {
            requestId: publicRequestId(lastFailure.requestId),
            code: lastFailure.code,
            status: lastFailure.status,
            occurredAt: lastFailure.occurredAt.toISOString(),
          },
  };
}

type Live = NonNullable<DeploymentHealth['live']>[number];

function presentLive({ benchedUntil, probe, ...live }: LiveHealth): Live {
  return {
    upstreamModel: live.upstreamModel,
    circuit: live.circuit,
    credentialDead: live.credentialDead,
    inFlight: live.inFlight,
    uptime: live.uptime,
    firstTokenMs: live.firstTokenMs,
    tokensPerSecond: live.tokensPerSecond,
    cacheShare: live.cacheShare,
    benchedUntil: benchedUntil === null ? null : new Date(benchedUntil).toISOString(),
    probe: probe === null ? null : { at: new Date(probe.at).toISOString(), ok: probe.ok },
  };
}

function stateOf({ requests, providerFailures }: Figures): DeploymentHealth['state'] {
  if (requests === 0) return 'unused';
  const share = providerFailures / requests;
  if (share >= FAILING_FROM) return 'failing';
  return share >= DEGRADED_FROM ? 'degraded' : 'healthy';
}
