import { compileAllowlist, type FallbackCause, type RouteDefinition } from '@tollgate/domain';
import type { FieldProblem } from '@tollgate/wire';

/** What of a deployment decides whether a route can lead to it. */
export interface ServingDeployment {
  /** Null: every organization may use it. */
  readonly organizationId: string | null;
  /** The name that clients use, or a pattern. */
  readonly model: string;
  readonly provider: string;
}

export type DescribedModels = Partial<Pick<RouteDefinition, 'targets' | 'fallbacks' | 'canary' | 'shadow'>>;

interface NamedModel {
  /** Below what describes the route. */
  readonly pointer: string;
  readonly model: string;
  readonly provider?: string | undefined;
}

/** Every model that a description of a route names, with where. */
function namedModels({ targets = [], fallbacks = {}, canary = null, shadow = null }: DescribedModels): NamedModel[] {
  const causes = Object.entries(fallbacks) as [FallbackCause, readonly string[]][];
  return [
    ...targets.map(({ model, provider }, at) => ({ pointer: `/targets/${at}/model`, model, provider })),
    ...causes.flatMap(([cause, models]) =>
      models.map((model, at) => ({ pointer: `/fallbacks/${cause}/${at}`, model })),
    ),
    ...(canary === null ? [] : [{ pointer: '/canary/model', model: canary.model }]),
    ...(shadow === null ? [] : [{ pointer: '/shadow/model', model: shadow.model }]),
  ];
}

/** Names of models that no deployment serves, as faults below the pointer. A name of another route is none. */
export function unservedModels(
  described: DescribedModels,
  deployments: readonly ServingDeployment[],
  below: string,
): FieldProblem[] {
  const serving = deployments.map(({ model, provider }) => ({ serves: compileAllowlist([model]), provider }));
  return namedModels(described)
    .filter(
      ({ model, provider }) =>
        !serving.some((each) => each.serves(model) && (provider === undefined || each.provider === provider)),
    )
    .map(({ pointer, provider }) => ({
      pointer: below + pointer,
      code: 'not_served',
      message: `is served by no deployment${provider === undefined ? '' : ` at ${provider}`} that may be used here`,
    }));
}

/** Deployments that whoever uses the route may use: its organization's own, and those of everybody. */
export const usableBy = (organizationId: string | null, deployments: readonly ServingDeployment[]) =>
  deployments.filter((each) => each.organizationId === null || each.organizationId === organizationId);
