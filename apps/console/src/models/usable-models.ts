import { compileAllowlist, parsePicos } from '@tollgate/domain';
import { MAX_PAGE_SIZE, type Model, type MoneyAmount } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { useScope } from '../url/scope.js';
import { sampleCost } from './model-prices.js';

/** A name that clients can call, with the model behind it. */
export interface UsableModel {
  readonly name: string;
  readonly model: Model;
}

interface UsableModels {
  readonly models: readonly UsableModel[];
  /** Whether an allowlist's entry lets through something that can be called; true as long as that is not known. */
  readonly isOfUse: (entry: string) => boolean;
  readonly isPending: boolean;
}

/** What the organization's deployments serve, by the names that clients use. */
export function useUsableModels(): UsableModels {
  const { organization } = useScope();
  const { rows, isPending, hasNextPage } = useList('models', {
    filter: { organizationId: organization.id, deployable: 'true' },
    perPage: MAX_PAGE_SIZE,
  });
  const called = (rows ?? []).flatMap((model) => model.deployedAs.map((name) => ({ name, model })));
  return {
    models: called.filter(({ name }) => !name.includes('*')),
    isOfUse: (entry) =>
      isPending || hasNextPage || called.some(({ name }) => matches(entry, name) || matches(name, entry)),
    isPending,
  };
}

const matches = (pattern: string, name: string): boolean => compileAllowlist([pattern])(name);

/** The cheapest model for plain conversation that an allowlist lets through, for an example that works. */
export function exampleModel(models: readonly UsableModel[], allowlist: readonly string[]): string | null {
  const isAllowed = compileAllowlist(allowlist);
  const usable = models.filter(({ name, model }) => isAllowed(name) && model.outputModalities.includes('text'));
  const byPreference = usable.toSorted(
    (a, b) => preference(b.model) - preference(a.model) || compareCosts(sampleCost(a.model), sampleCost(b.model)),
  );
  return byPreference[0]?.name ?? null;
}

const SIMULATED_PROVIDER: string = 'sandbox';
/** Of the simulated ones the one that just answers: others break off or refuse, which is what they are for. */
const PLAIN_SIMULATION: string = 'sandbox/echo';

/** Real models first; among them those that are not about to go, converse, and do not think longer than they answer. */
function preference(model: Model): number {
  if (isSimulated(model)) return model.name === PLAIN_SIMULATION ? 1 : 0;
  if (model.deprecated) return 2;
  if (model.features.length > 0 && !model.features.includes('chat')) return 3;
  return model.features.includes('reasoning') ? 4 : 5;
}

/** The cheapest first; those without a price at the end. */
function compareCosts(a: MoneyAmount | null, b: MoneyAmount | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const difference = parsePicos(a.amount) - parsePicos(b.amount);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether nothing but a simulation answers. */
export function isSimulated({ provider }: Model): boolean {
  return provider === SIMULATED_PROVIDER;
}
