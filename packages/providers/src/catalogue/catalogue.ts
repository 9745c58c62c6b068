import { type Meter, parsePicos } from '@tollgate/domain';

import { SANDBOX_MODELS } from '../providers/sandbox/sandbox-models.js';
import type { CatalogueData, ModelMatch } from './catalogue-data.js';
import type { CatalogueModel, CataloguePrice } from './catalogue-entries.js';
import anthropic from './data/anthropic.js';
import openai from './data/openai.js';
import { ANTHROPIC_FACTS } from './facts-anthropic.js';
import { OPENAI_FACTS } from './facts-openai.js';
import type { ModelFacts } from './model-facts.js';
import { NEW_ANTHROPIC_MODELS } from './new-models-anthropic.js';
import { OPENAI_SEARCH_MODELS } from './search-models-openai.js';
import { withServiceTiers } from './service-tier-prices.js';
import { ANTHROPIC_TIER_RULES, OPENAI_TIER_RULES, type ServiceTierRule } from './service-tier-rules.js';

interface Catalogue {
  readonly models: readonly CatalogueModel[];
  readonly prices: readonly CataloguePrice[];
}

type SourceData = Pick<CatalogueData, 'provider' | 'source' | 'models'>;

interface ProviderSources {
  /** What is written by hand stands before what is imported, and instead of it where both have a model. */
  readonly data: readonly SourceData[];
  readonly facts: Readonly<Record<string, ModelFacts>>;
  readonly tiers: readonly ServiceTierRule[];
}

const SOURCES: readonly ProviderSources[] = [
  {
    data: [OPENAI_SEARCH_MODELS, without(openai, OPENAI_SEARCH_MODELS)],
    facts: OPENAI_FACTS,
    tiers: OPENAI_TIER_RULES,
  },
  {
    data: [NEW_ANTHROPIC_MODELS, without(anthropic, NEW_ANTHROPIC_MODELS)],
    facts: ANTHROPIC_FACTS,
    tiers: ANTHROPIC_TIER_RULES,
  },
];

/** Groups of names that are priced alike are no models that could be called. */
const GROUP_NAME = /^ft:|[-:]$|\.ft-/;

/** The models and prices that the product comes with. */
export const catalogue: Catalogue = {
  models: [
    ...SOURCES.flatMap(({ data, facts }) => data.flatMap((source) => modelsOf(source, facts))),
    ...SANDBOX_MODELS,
  ],
  prices: [
    ...SOURCES.flatMap(({ data, tiers }) => withServiceTiers(data.flatMap(pricesOf), tiers)),
    ...sandboxPrices(),
  ],
};

function without(imported: SourceData, byHand: SourceData): SourceData {
  return { ...imported, models: imported.models.filter(({ name }) => !byHand.models.some((own) => own.name === name)) };
}

function modelsOf(data: SourceData, facts: Readonly<Record<string, ModelFacts>>): CatalogueModel[] {
  return data.models
    .filter((model) => !GROUP_NAME.test(model.name))
    .map(({ name, displayName, contextWindow, deprecated }) => {
      const known = facts[name] ?? {};
      return {
        provider: data.provider,
        name,
        displayName,
        contextWindow: known.contextWindow ?? contextWindow,
        maxOutputTokens: known.maxOutputTokens ?? null,
        inputModalities: known.inputModalities ?? [],
        outputModalities: known.outputModalities ?? [],
        features: known.features ?? [],
        knowledgeCutoff: known.knowledgeCutoff ?? null,
        aliases: known.aliases ?? [],
        deprecated: known.deprecated ?? deprecated,
      };
    });
}

function pricesOf(data: SourceData): CataloguePrice[] {
  return data.models.flatMap((model) =>
    model.prices.map((price) => ({
      provider: data.provider,
      model: model.name,
      meter: price.meter,
      serviceTier: '*',
      region: '*',
      fromTokens: price.fromTokens ?? 0,
      timeWindow: price.timeWindow ?? '*',
      amount: price.amount,
      amountPicos: parsePicos(price.amount),
      per: price.per,
      effectiveFrom: price.from === undefined ? 0 : Date.parse(price.from),
      effectiveTo: price.to === undefined ? null : Date.parse(price.to),
      source: data.source,
    })),
  );
}

/** The sandbox is free, and says so: a model without a price would be taken for one whose price is not known. */
function sandboxPrices(): CataloguePrice[] {
  const meters: readonly Meter[] = ['input', 'output'];
  return meters.map((meter) => ({
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
  const found = findModel(provider, upstreamModel);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear(); // callers may invent names
  remembered.set(key, found);
  return found;
}

function findModel(provider: string, upstreamModel: string): string | null {
  const listed = catalogue.models.find((model) => model.provider === provider && model.name === upstreamModel);
  if (listed !== undefined) return listed.name;
  const sources = SOURCES.flatMap(({ data }) => data).filter((data) => data.provider === provider);
  const models = sources.flatMap((data) => data.models);
  return models.find((model) => matches(model.match, upstreamModel))?.name ?? null;
}

function matches(match: ModelMatch, name: string): boolean {
  const text = name.toLowerCase();
  if ('or' in match) return match.or.some((part) => matches(part, name));
  if ('and' in match) return match.and.every((part) => matches(part, name));
  if ('equals' in match) return text === match.equals.toLowerCase();
  if ('starts_with' in match) return text.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return text.endsWith(match.ends_with.toLowerCase());
  if ('contains' in match) return text.includes(match.contains.toLowerCase());
  return new RegExp(match.regex).test(name);
}
