import { Inject, Injectable, Optional } from '@nestjs/common';
import { Database } from '@tollgate/database';
import type { DecisionCandidate } from '@tollgate/domain';
import type { OperationInput, OPERATIONS, RouteSimulation, SimulatedCandidate } from '@tollgate/wire';
import { RoutingView, type RouteSimulation as Simulated } from '../../platform/routing-view.js';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import type { Actor } from '../http/actor.js';
import { dollars } from '../http/presentation.js';
import { invalidField, orNotFound, ProblemError } from '../http/problem-error.js';
import { OwnersService } from '../organizations/owners.service.js';
import { isSurface, SURFACE_NAMES } from './surfaces.js';

type Question = OperationInput<typeof OPERATIONS.simulateRoute>['body'];

interface DeploymentNames {
  readonly model: string;
  readonly providerCredential: { readonly name: string; readonly organizationId: string | null };
}

/** Asks the inference half of the process where a request would go. */
@Injectable()
export class RouteSimulationsService {
  constructor(
    private readonly database: Database,
    private readonly owners: OwnersService,
    private readonly apiKeys: ApiKeysRepository,
    @Optional() @Inject(RoutingView) private readonly routing: RoutingView | undefined,
  ) {}

  async simulate(actor: Actor, question: Question): Promise<RouteSimulation> {
    const { surface } = question;
    if (!isSurface(surface)) throw invalidField('/body/surface', `must be one of ${SURFACE_NAMES}`, 'invalid_value');
    const organizationId = await this.owners.ownerOf(actor, question.organizationId, this.database.prisma);
    if (organizationId === null) {
      throw invalidField('/body/organizationId', 'is required of the operator', 'required');
    }
    if (question.apiKeyId !== null) orNotFound(await this.apiKeys.find(organizationId, question.apiKeyId));
    if (this.routing === undefined) throw new ProblemError('no-inference');
    return this.#present(actor, orNotFound(await this.routing.simulate({ ...question, organizationId, surface })));
  }

  async #present(actor: Actor, { decision, costs }: Simulated): Promise<RouteSimulation> {
    const { routeId, strategy, reason, candidates } = decision;
    const namesById = await this.#readNames(candidates.map(({ deploymentId }) => deploymentId));
    const named = routeId === null ? null : await this.database.prisma.route.findUnique({ where: { id: routeId } });
    return {
      routeId,
      strategy,
      reason,
      routeName: named?.name ?? null,
      candidates: candidates.map((candidate) =>
        presentCandidate(candidate, {
          actor,
          names: namesById.get(candidate.deploymentId),
          cost: costs.get(`${candidate.deploymentId}\n${candidate.upstreamModel}`),
        }),
      ),
    };
  }

  async #readNames(ids: readonly string[]): Promise<ReadonlyMap<string, DeploymentNames>> {
    const rows = await this.database.prisma.deployment.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, model: true, providerCredential: { select: { name: true, organizationId: true } } },
    });
    return new Map(rows.map((row) => [row.id, row]));
  }
}

interface Known {
  readonly actor: Actor;
  readonly names: DeploymentNames | undefined;
  readonly cost: string | undefined;
}

function presentCandidate(candidate: DecisionCandidate, { actor, names, cost }: Known): SimulatedCandidate {
  const credential = names?.providerCredential;
  // what the operator calls its accounts is nobody else's business
  const isTold = actor.organizationId === null || credential?.organizationId === actor.organizationId;
  return {
    ...candidate,
    inFlight: actor.organizationId === null ? candidate.inFlight : null,
    model: names?.model ?? null,
    credentialName: isTold ? (credential?.name ?? null) : null,
    cost: cost === undefined ? null : dollars(cost),
  };
}
