import { MAX_PAGE_SIZE, type Deployment, type DeploymentHealth } from '@tollgate/wire';
import { useOperation } from '../api/use-operation.js';

/** A deployment and how it has been doing. */
export interface WatchedDeployment extends Deployment {
  readonly health: DeploymentHealth;
}

interface WatchedDeployments {
  /** Undefined while they are on their way; those with trouble first. */
  readonly rows: readonly WatchedDeployment[] | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
}

const WORST_FIRST: readonly DeploymentHealth['state'][] = ['failing', 'degraded', 'healthy', 'unused', 'disabled'];
/** What it is doing now is looked at again, as long as somebody looks. */
const LOOK_MS = 5_000;
const QUERY = { limit: String(MAX_PAGE_SIZE) };

/** The newest deployments. Both lists have the same order, and are the same but for what changes between the two. */
export function useDeployments(): WatchedDeployments {
  const deployments = useOperation('listDeployments', { query: QUERY });
  const health = useOperation('listDeploymentHealth', { query: QUERY }, { refetchMs: LOOK_MS });
  const refetch = (): void => {
    void deployments.refetch();
    void health.refetch();
  };
  const error = deployments.error ?? health.error;
  if (deployments.data === undefined || health.data === undefined) return { rows: undefined, error, refetch };
  const healthById = new Map(health.data.data.map((each) => [each.deploymentId, each]));
  const rows = deployments.data.data
    .flatMap((deployment) => {
      const found = healthById.get(deployment.id);
      return found === undefined ? [] : [{ ...deployment, health: found }];
    })
    .toSorted(
      (a, b) =>
        WORST_FIRST.indexOf(a.health.state) - WORST_FIRST.indexOf(b.health.state) ||
        b.health.requests - a.health.requests,
    );
  return { rows, error, refetch };
}
