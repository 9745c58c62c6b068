import { METERS, parsePicos } from '@tollgate/domain';

import { SANDBOX_MODELS } from '../providers/sandbox/sandbox-models.js';
import type { CatalogueData, HandWrittenModels, ListedModel } from './catalogue-data.js';
import type { CatalogueDisagreement, CatalogueModel, CataloguePrice } from './catalogue-entries.js';
import { HAND_WRITTEN } from './hand-written.js';
import { IMPORTED_DATA } from './imported-data.js';
import type { ModelFacts } from './model-facts.js';
import { NameIndex } from './name-index.js';
import { withServiceTiers } from './service-tier-prices.js';

interface Catalogue {
  readonly models: readonly CatalogueModel[];
  readonly prices: readonly CataloguePrice[];
  /** Imported prices that the two sources differ about. What is written by hand is not among them. */
  readonly disagreements: readonly CatalogueDisagreement[];
}

/** A model with where its prices are from. */
interface SourcedModel extends ListedModel {
  readonly source: string;
  readonly imported: CatalogueData['models'][number] | null;
}

/** Groups of names that are priced alike are no models that could be called. */
const GROUP_NAME = /^ft:|[-:]$|\.ft-|^moderation$/;

const indexes = new Map<string, NameIndex>();

/** The models and prices that the product comes with. */
export const catalogue: Catalogue = assemble();

function assemble(): Catalogue {
  const models: CatalogueModel[] = [...SANDBOX_MODELS];
  const prices: CataloguePrice[] = sandboxPrices();
  const imported = new Map(IMPORTED_DATA.map((data) => [data.provider, data]));
  for (const provider of new Set([...imported.keys(), ...Object.keys(HAND_WRITTEN)])) {
    const { facts = {}, tiers = [] } = HAND_WRITTEN[provider] ?? {};
    const listed = listModels(HAND_WRITTEN[provider]?.models ?? [], imported.get(provider));
    const names = listed.map(({ name, match }) => ({ name, match, aliases: facts[name]?.aliases ?? [] }));
    const byRule = new NameIndex(provider, names);
    const entries = listed
      .filter(({ name }) => !GROUP_NAME.test(name))
      .map((model) => modelOf({ provider, model, known: facts[model.name] ?? {}, byRule }));
    const aliases = new Map(entries.map((entry) => [entry.name, entry.aliases]));
    indexes.set(
      provider,
      new NameIndex(
        provider,
        names.map((named) => ({ ...named, aliases: aliases.get(named.name) ?? [] })),
      ),
    );
    models.push(...entries);
    const ordinary = listed.flatMap((model) => pricesOf(provider, model));
    prices.push(...withServiceTiers(ordinary, tiers));
  }
  const sandbox = SANDBOX_MODELS.map(({ name, aliases }) => ({ name, aliases, match: null }));
  indexes.set('sandbox', new NameIndex('sandbox', sandbox));
  return { models, prices, disagreements: [...imported.values()].flatMap(disagreementsOf) };
}

function disagreementsOf({ provider, sources, disagreements }: CatalogueData): CatalogueDisagreement[] {
  const byHand = new Set(
    (HAND_WRITTEN[provider]?.models ?? []).flatMap(({ models }) => models.map(({ name }) => name)),
  );
  const priceOf = ({ amount, per }: { amount: string; per: number }, index: number) => ({
    source: sources[index]?.name ?? '',
    amountPicos: parsePicos(amount),
    per,
  });
  return disagreements
    .filter(({ model }) => !byHand.has(model) && !GROUP_NAME.test(model))
    .map(({ model, meter, first, second }) => ({
      provider,
      model,
      meter,
      first: priceOf(first, 0),
      second: priceOf(second, 1),
    }));
}

/** What is written by hand, then what is imported and not written by hand. */
function listModels(byHand: readonly HandWrittenModels[], data: CatalogueData | undefined): SourcedModel[] {
  const own = byHand.flatMap(({ source, models }) => models.map((model) => ({ ...model, source, imported: null })));
  const names = new Set(own.map(({ name }) => name));
  const sourceOf = (id: string | undefined): string =>
    (data?.sources.find((source) => source.id === id) ?? data?.sources[0])?.name ?? '';
  const imported = (data?.models ?? []).filter(({ name }) => !names.has(name));
  return [...own, ...imported.map((model) => ({ ...model, source: sourceOf(model.pricesFrom), imported: model }))];
}

interface Described {
  readonly provider: string;
  readonly model: SourcedModel;
  readonly known: ModelFacts;
  readonly byRule: NameIndex;
}

/** Facts written by hand stand before imported ones. */
function modelOf({ provider, model, known, byRule }: Described): CatalogueModel {
  const { name, displayName, imported } = model;
  const further = (imported?.aliases ?? []).filter((alias) => byRule.find(alias) === name);
  const openWeights = imported?.openWeights ?? null;
  const releasedOn = imported?.releasedOn ?? null;
  return {
    provider,
    name,
    displayName,
    contextWindow: known.contextWindow ?? model.contextWindow,
    maxOutputTokens: known.maxOutputTokens ?? imported?.maxOutputTokens ?? null,
    inputModalities: known.inputModalities ?? imported?.inputModalities ?? [],
    outputModalities: known.outputModalities ?? imported?.outputModalities ?? [],
    features: known.features ?? imported?.features ?? [],
    knowledgeCutoff: known.knowledgeCutoff ?? imported?.knowledgeCutoff ?? null,
    aliases: [...new Set([...(known.aliases ?? []), ...further])],
    deprecated: known.deprecated ?? model.deprecated,
    ...(releasedOn !== null && { releasedOn }),
    ...(known.retiredOn !== undefined && { retiredOn: known.retiredOn }),
    ...(openWeights !== null && { openWeights }),
  };
}

function pricesOf(provider: string, model: SourcedModel): CataloguePrice[] {
  return model.prices.map((price) => ({
    provider,
    model: model.name,
    meter: price.meter,
    serviceTier: price.serviceTier ?? '*',
    region: '*',
    fromTokens: price.fromTokens ?? 0,
    timeWindow: price.timeWindow ?? '*',
    amount: price.amount,
    amountPicos: parsePicos(price.amount),
    per: price.per,
    effectiveFrom: price.from === undefined ? 0 : Date.parse(price.from),
    effectiveTo: price.to === undefined ? null : Date.parse(price.to),
    source: model.source,
  }));
}

/** The sandbox is free, and says so: a model without a price would be taken for one whose price is not known. */
function sandboxPrices(): CataloguePrice[] {
  return METERS.map((meter) => ({
    provider: 'sandbox',
    model: '*',
    meter,
    serviceTier: '*',
    region: '*',
    fromTokens: 0,
    timeWindow: '*',
    amount: '0',
    amountPicos: 0n,
    per: 1_000_000,
    effectiveFrom: 0,
    effectiveTo: null,
    source: 'sandbox',
  }));
}

const MAX_REMEMBERED = 10_000;
const remembered = new Map<string, string | null>();

/**
 * The catalogue's name for what a provider calls `upstreamModel`: prices and facts are kept under it. A dated name has
 * the name of its family (`gpt-4o-2024-08-06` is a `gpt-4o`), unless it is listed on its own. `null` when it is unknown.
 */
export function catalogueModelOf(provider: string, upstreamModel: string): string | null {
  const key = `${provider}\n${upstreamModel}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const found = indexes.get(provider)?.find(upstreamModel) ?? null;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear(); // callers may invent names
  remembered.set(key, found);
  return found;
}
