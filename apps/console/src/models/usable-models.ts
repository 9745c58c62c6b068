import { compileAllowlist, divideHalfEven, formatPicos, parsePicos, type Picos } from '@tollgate/domain';
import { MAX_PAGE_SIZE, type CurrentPrice, type Model, type MoneyAmount } from '@tollgate/wire';
import { useList } from '../api/use-list.js';
import { formatMoney, formatPricePerMillion } from '../figures/format-money.js';
import { useScope } from '../url/scope.js';

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

/** The first model for text that an allowlist lets through, for an example that works. */
export function exampleModel(models: readonly UsableModel[], allowlist: readonly string[]): string | null {
  const isAllowed = compileAllowlist(allowlist);
  const usable = models.filter(({ name, model }) => isAllowed(name) && model.outputModalities.includes('text'));
  const byPreference = usable.toSorted((a, b) => preference(b.model) - preference(a.model));
  return byPreference[0]?.name ?? null;
}

const SIMULATED_PROVIDER: string = 'sandbox';
/** Of the simulated ones the one that just answers: others break off or refuse, which is what they are for. */
const PLAIN_SIMULATION: string = 'sandbox/echo';

/** Real models first; among them those that are not about to go. */
function preference(model: Model): number {
  if (isSimulated(model)) return model.name === PLAIN_SIMULATION ? 1 : 0;
  return model.deprecated ? 2 : 3;
}

/** Whether nothing but a simulation answers. */
export function isSimulated({ provider }: Model): boolean {
  return provider === SIMULATED_PROVIDER;
}

/** The plain price of a meter: of any tier and region, from the first token on, at any hour. */
export function plainPrice(model: Model, meter: CurrentPrice['meter']): CurrentPrice | undefined {
  const prices = model.prices.filter((price) => price.meter === meter && price.fromTokens === 0);
  return (
    prices.find(({ serviceTier, region, timeWindow }) => `${serviceTier}${region}${timeWindow}` === '***') ?? prices[0]
  );
}

/** What a million tokens in and out cost, and a sample request; null where there is no price. */
export function tokenPrices(model: Model): { input: string; output: string; sample: string } | null {
  const input = plainPrice(model, 'input');
  const output = plainPrice(model, 'output');
  const sample = sampleCost(model);
  if (input === undefined || sample === null) return null;
  const format = (price: CurrentPrice): string => formatPricePerMillion(price.billedAmount, price.per);
  return {
    input: format(input),
    output: output === undefined ? '$0.00' : format(output),
    sample: formatMoney(sample),
  };
}

/** What a sample request holds: enough to compare models by one figure. */
export const SAMPLE = { input: 1_000, output: 300 } as const;

/** What a sample request costs at the plain prices; null where the model has none. */
export function sampleCost(model: Model): MoneyAmount | null {
  const input = plainPrice(model, 'input');
  if (input === undefined) return null;
  const output = plainPrice(model, 'output');
  const picos = costOf(input, SAMPLE.input) + (output === undefined ? 0n : costOf(output, SAMPLE.output));
  return { amount: formatPicos(picos), currency: input.billedAmount.currency };
}

const costOf = ({ billedAmount, per }: CurrentPrice, tokens: number): Picos =>
  divideHalfEven(parsePicos(billedAmount.amount) * BigInt(tokens), BigInt(per));
