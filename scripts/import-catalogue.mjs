/**
 * Writes the model catalogue and its prices (packages/providers/src/catalogue/data/) from the npm package
 * @pydantic/genai-prices and from the committed snapshot of models.dev, and reports what was added, what changed, where
 * the two disagree, and what is missing. Run it after updating either: `npm run catalogue:import`.
 *
 *   --report FILE   writes the whole report as Markdown
 *   --check         writes nothing, and fails when the committed data are not what an import would write
 *   --data FOLDER   compares with, and writes to, another folder
 *
 * docs/catalogue.md says what is in the data and what stands above them by hand.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { GENAI_PRICES, readPricedModels } from './catalogue/genai-prices.mjs';
import {
  committedDisagreements,
  compareModels,
  findDisagreements,
  toMarkdown,
  toText,
} from './catalogue/import-report.mjs';
import { indexEverywhere, joinSources } from './catalogue/join-sources.mjs';
import { pricesOf, readSnapshot } from './catalogue/models-dev.mjs';
import { PROVIDER_SOURCES } from './catalogue/provider-sources.mjs';

const { values } = parseArgs({
  options: { report: { type: 'string' }, check: { type: 'boolean' }, data: { type: 'string' } },
});
const folder = values.data ?? fileURLToPath(new URL('../packages/providers/src/catalogue/data/', import.meta.url));
const today = new Date().toISOString().slice(0, 10);

const snapshots = new Map(
  [...new Set(Object.values(PROVIDER_SOURCES).flatMap(({ facts }) => facts))].map((id) => [id, readSnapshot(id)]),
);
const everywhere = indexEverywhere([...snapshots.values()]);

const entries = Object.keys(PROVIDER_SOURCES).map(importProvider);
for (const entry of entries) console.log(toText(entry));
if (values.report !== undefined) writeFileSync(values.report, toMarkdown(entries));
const stale = entries.filter(({ differs }) => differs).map(({ provider }) => provider);
if (values.check === true && stale.length > 0) {
  console.error(
    `The committed catalogue is not what its sources say (${stale.join(', ')}). Run: npm run catalogue:import`,
  );
  process.exitCode = 1;
}

function importProvider(provider) {
  const options = PROVIDER_SOURCES[provider];
  const report = { withoutMeter: new Map(), leftOut: [] };
  const own = options.facts.map((id) => snapshots.get(id));
  const priced = readPricedModels(options, report);
  const { models, described } = joinSources({ provider, options, priced, snapshots: own, everywhere });
  const file = resolve(folder, `${provider}.json`);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { models: [] };
  const sources = sourcesOf({ before, own, usesPackage: priced.length > 0 });
  const disagreementsOn = (day) =>
    findDisagreements({ models, described, pricesOf: (entry) => pricesOf(entry, true), day });
  // as of the import, and not of today: what is committed does not change by itself
  const imported =
    sources
      .map(({ day }) => day)
      .toSorted()
      .at(-1) ?? today;
  const disagreements = committedDisagreements(disagreementsOn(imported));
  const text = write({ provider, sources, models, disagreements });
  const differs = !existsSync(file) || readFileSync(file, 'utf8') !== text;
  if (differs && values.check !== true) writeFileSync(file, text);
  return {
    provider,
    differs,
    sources,
    models,
    rows: models.reduce((sum, model) => sum + model.prices.length, 0),
    ...compareModels(before.models, models),
    ...report,
    disagreements: disagreementsOn(today),
    unpriced: models.filter(({ prices }) => prices.length === 0).map(({ name }) => name),
    factless: models.filter(({ inputModalities }) => inputModalities.length === 0).map(({ name }) => name),
  };
}

/** With the day on which each came here; of a version that was here already, the day stays. */
function sourcesOf({ before, own, usesPackage }) {
  const known = before.sources?.find(({ name }) => name === GENAI_PRICES.name)?.day;
  return [
    ...(usesPackage ? [{ ...GENAI_PRICES, day: known ?? today }] : []),
    ...(own.length === 0
      ? []
      : [{ id: 'models.dev', name: `models.dev, ${own[0].package}`, licence: own[0].licence, day: own[0].day }]),
  ];
}

/** One model a line, so that a diff shows what changed. */
function write({ provider, sources, models, disagreements }) {
  const linesOf = (rows) =>
    rows.length === 0 ? '[]' : `[\n${rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`;
  return `{\n  "provider": "${provider}",\n  "sources": ${JSON.stringify(sources)},\n  "models": ${linesOf(models)},\n  "disagreements": ${linesOf(disagreements)}\n}\n`;
}
