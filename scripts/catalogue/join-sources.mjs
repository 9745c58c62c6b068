/**
 * One provider's models out of both sources. Prices are the package's wherever it knows a name: it is the newer of the
 * two, and has dates, hours of the day and tiers. models.dev gives facts, further names, and the models that the package
 * does not know, with its own prices for them.
 */
import { compileMatch } from '../../packages/providers/src/catalogue/model-match.ts';
import { spellingsOf } from '../../packages/providers/src/catalogue/name-spellings.ts';
import { factsOf, pricesOf } from './models-dev.mjs';

/** Facts that a model has wherever it is served; its limits may be the provider's. */
const EVERYWHERE = ['inputModalities', 'outputModalities', 'features', 'knowledgeCutoff', 'releasedOn', 'openWeights'];

const NOTHING_KNOWN = {
  contextWindow: null,
  maxOutputTokens: null,
  inputModalities: [],
  outputModalities: [],
  features: [],
  knowledgeCutoff: null,
  releasedOn: null,
  openWeights: null,
};

/** `snapshots` are the provider's own; `everywhere` finds by name a model at any provider. */
export function joinSources({ provider, options, priced, snapshots, everywhere }) {
  const tests = priced.map((model) => compileMatch(model.match));
  const byName = new Map(priced.map((model) => [model.name.toLowerCase(), model]));
  const described = new Map(priced.map((model) => [model, []]));
  const added = new Map();
  for (const model of snapshots.flatMap(({ models }) => models)) {
    const owner = findOwner(model.id);
    if (owner !== undefined) described.get(owner).push(model);
    else if (!added.has(model.id.toLowerCase())) added.set(model.id.toLowerCase(), model);
  }
  return {
    models: [
      ...priced.map((model) => withFacts(model, described.get(model))),
      ...[...added.values()].map((model) => addedModel(model)),
    ],
    described,
  };

  function findOwner(id) {
    for (const spelling of spellingsOf(provider, id)) {
      const named = byName.get(spelling.toLowerCase());
      if (named !== undefined) return named;
      const index = tests.findIndex((test) => test(spelling));
      if (index >= 0) return priced[index];
    }
    return undefined;
  }

  function withFacts(model, entries) {
    const own = entries.find(({ id }) => id.toLowerCase() === model.name.toLowerCase()) ?? newest(entries);
    const elsewhere = own === undefined ? everywhere(model.name) : undefined;
    const facts =
      own !== undefined ? factsOf(own) : elsewhere === undefined ? {} : pick(factsOf(elsewhere), EVERYWHERE);
    return {
      name: model.name,
      displayName: model.displayName,
      ...NOTHING_KNOWN,
      ...facts,
      ...plausible(largest(model.contextWindow, facts.contextWindow), facts.maxOutputTokens ?? null),
      aliases: entries.map(({ id }) => id).filter((id) => id !== model.name),
      deprecated: model.deprecated || own?.status === 'deprecated',
      match: model.match,
      prices: model.prices,
    };
  }

  function addedModel(model) {
    const facts = factsOf(model);
    return {
      name: model.id,
      displayName: model.name,
      ...NOTHING_KNOWN,
      ...facts,
      ...plausible(facts.contextWindow, facts.maxOutputTokens),
      aliases: [],
      deprecated: model.status === 'deprecated',
      match: { equals: model.id },
      prices: options.pricesOfFacts === false ? [] : pricesOf(model, options.freeVariants === true),
      pricesFrom: 'models.dev',
    };
  }
}

/** The package rounds windows (1,000,000 for 1,048,576) and has some that have grown since. */
function largest(a, b) {
  return a == null ? (b ?? null) : Math.max(a, b ?? 0);
}

/** More output than fits into the window is a window for the input only: the output's limit is not known then. */
function plausible(contextWindow, maxOutputTokens) {
  const fits = contextWindow === null || maxOutputTokens === null || maxOutputTokens <= contextWindow;
  return { contextWindow, maxOutputTokens: fits ? maxOutputTokens : null };
}

const newest = (entries) => entries.toSorted((a, b) => (b.released ?? '').localeCompare(a.released ?? ''))[0];

const pick = (object, names) => Object.fromEntries(names.map((name) => [name, object[name]]));

/** Finds a model by the name that it has everywhere: without its vendor, its account, its day and its provider's suffix. */
export function indexEverywhere(snapshots) {
  const index = new Map();
  for (const model of snapshots.flatMap(({ models }) => models)) {
    const name = bareName(model.id);
    if (!index.has(name)) index.set(name, model);
  }
  return (name) => index.get(bareName(name));
}

function bareName(name) {
  return name
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z]+\.)+(?=[a-z])/, '')
    .replace(/[:@].*$/, '')
    .replace(/-v\d+$/, '')
    .replace(/[-@]\d{8}$|-\d{4}-\d{2}-\d{2}$/, '')
    .replace(/-(?:turbo|fast|instruct|preview|maas|fp8|versatile|latest)\b/g, '')
    .replaceAll(/(\d)[.p](\d)/g, '$1-$2');
}
