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

interface Pattern extends ServingDeployment {
  readonly matches: (model: string) => boolean;
}

/**
 * Which models are served where. Names are looked up, and a pattern is asked once for each name: a file may describe
 * thousands of both, and inference waits in the same process.
 */
export class ServedModels {
  readonly #byName: ReadonlyMap<string, readonly ServingDeployment[]>;
  readonly #patterns: readonly Pattern[];
  readonly #matching = new Map<string, readonly ServingDeployment[]>();

  constructor(deployments: readonly ServingDeployment[]) {
    const patterns = deployments.filter(({ model }) => model.includes('*'));
    this.#byName = Map.groupBy(deployments, ({ model }) => model);
    this.#patterns = patterns.map((each) => ({ ...each, matches: compileAllowlist([each.model]) }));
  }

  /**
   * Names of models that no deployment serves which the organization may use, as faults below the pointer. A name of
   * another route is none.
   * @param organizationId null: of a route for every organization.
   */
  missingIn(described: DescribedModels, organizationId: string | null, below: string): FieldProblem[] {
    return namedModels(described)
      .filter((named) => !this.#serves(named, organizationId))
      .map(({ pointer, provider }) => ({
        pointer: below + pointer,
        code: 'not_served',
        message: `is served by no deployment${provider === undefined ? '' : ` at ${provider}`} that may be used here`,
      }));
  }

  #serves({ model, provider }: NamedModel, organizationId: string | null): boolean {
    const mayBeUsed = (each: ServingDeployment): boolean =>
      (each.organizationId === null || each.organizationId === organizationId) &&
      (provider === undefined || each.provider === provider);
    return this.#byName.get(model)?.some(mayBeUsed) === true || this.#matchingOf(model).some(mayBeUsed);
  }

  #matchingOf(model: string): readonly ServingDeployment[] {
    const known = this.#matching.get(model);
    if (known !== undefined) return known;
    const matching = this.#patterns.filter(({ matches }) => matches(model));
    this.#matching.set(model, matching);
    return matching;
  }
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
