/**
 * Writes the model catalogue and its prices (packages/providers/src/catalogue/data/) from the npm package
 * @pydantic/genai-prices, and reports what was taken, what changed, what has no price, and what was left out and why.
 * Run it after updating the package: `node scripts/import-catalogue.mjs`; with --check it writes nothing and fails when
 * the committed data differ. Only the package's data are used: its calculator works with floats.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { findProvider } from '@pydantic/genai-prices';
import { format, resolveConfig } from 'prettier';

/** Our provider ids and the package's. */
const PROVIDERS = { openai: 'openai', anthropic: 'anthropic' };

const MILLION = 1_000_000;
const MS_PER_HOUR = 3_600_000;

/** The package's price names as our meter and the number of its units that the price is for. */
const METERS = {
  input_mtok: ['input', MILLION],
  output_mtok: ['output', MILLION],
  cache_read_mtok: ['input_cache_read', MILLION],
  cache_write_mtok: ['input_cache_write_5m', MILLION],
  cache_write_1h_mtok: ['input_cache_write_1h', MILLION],
  input_audio_mtok: ['input_audio', MILLION],
  cache_audio_read_mtok: ['input_audio_cache_read', MILLION],
  output_audio_mtok: ['output_audio', MILLION],
  input_image_mtok: ['input_image', MILLION],
  output_image_mtok: ['output_image', MILLION],
  audio_hours: ['audio_ms', MS_PER_HOUR],
  input_audio_hours: ['audio_ms', MS_PER_HOUR],
  requests_kcount: ['request', 1000],
  web_searches_kcount: ['web_search', 1000],
};

const folder = fileURLToPath(new URL('../packages/providers/src/catalogue/data/', import.meta.url));
const require = createRequire(import.meta.url);
const check = process.argv.includes('--check');

const source = JSON.parse(
  readFileSync(require.resolve('@pydantic/genai-prices').replace(/dist.*$/, 'package.json'), 'utf8'),
);
let differs = false;
for (const [provider, foreignId] of Object.entries(PROVIDERS))
  differs = (await importProvider(provider, foreignId)) || differs;
if (check && differs) {
  console.error('The committed catalogue is not what the package says. Run: node scripts/import-catalogue.mjs');
  process.exitCode = 1;
}

async function importProvider(provider, foreignId) {
  const found = findProvider({ providerId: foreignId });
  if (found === undefined) throw new Error(`${source.name} has no provider ${foreignId}`);
  const report = { unpriced: [], skipped: new Map() };
  const models = found.models.map((model) => importModel(model, report)); // in the package's order: the first match counts
  const file = `${folder}${provider}.ts`;
  const before = existsSync(file) ? (await import(file)).default : { models: [] };
  const from = { source: `${source.name}@${source.version}`, licence: source.license ?? 'MIT' };
  const same = before.source === from.source && JSON.stringify(before.models) === JSON.stringify(models);
  const importedOn = same && before.importedOn ? before.importedOn : new Date().toISOString().slice(0, 10);
  const data = { provider, ...from, importedOn, models };
  const text =
    `// Written by scripts/import-catalogue.mjs from ${data.source} (${data.licence}), ${importedOn}.\n` +
    "import type { CatalogueData } from '../catalogue-data.js';\n\n" +
    `const data: CatalogueData = ${JSON.stringify(data)};\n\nexport default data;\n`;
  const options = { ...(await resolveConfig(file)), parser: 'typescript' };
  const formatted = await format(text, { singleQuote: true, printWidth: 120, trailingComma: 'all', ...options });
  const changed = !existsSync(file) || readFileSync(file, 'utf8') !== formatted;
  if (changed && !check) writeFileSync(file, formatted);
  print(provider, compare(before.models, models), report);
  return changed;
}

function importModel(model, report) {
  const prices = importPrices(model, report);
  if (prices.length === 0) report.unpriced.push(model.id);
  return {
    name: model.id,
    displayName: model.name ?? model.id,
    contextWindow: model.context_window ?? null,
    deprecated: model.deprecated === true,
    match: model.match,
    prices,
  };
}

/**
 * The package lists conditional prices so that the last one whose condition holds wins. A start date therefore ends all
 * that stands before it; a time of day stands beside the price of its era.
 */
function importPrices(model, report) {
  const entries = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  const done = [];
  let era = [];
  let from = null;
  for (const { constraint, prices } of entries) {
    let timeWindow;
    if (constraint?.type === 'time_of_date') timeWindow = windowOf(constraint);
    else if (constraint?.start_date !== undefined) {
      const date = constraint.start_date;
      done.push(...era.map((price) => ({ ...price, to: date })));
      era = [];
      from = date;
    }
    era.push(
      ...importEntry(
        { model, prices, when: { ...(from !== null && { from }), ...(timeWindow && { timeWindow }) } },
        report,
      ),
    );
  }
  return [...done, ...era];
}

function importEntry({ model, prices, when }, report) {
  const rows = [];
  for (const [name, price] of Object.entries(prices)) {
    if (price === undefined || price === null) continue;
    const target = METERS[name];
    if (target === undefined) {
      const models = report.skipped.get(name) ?? [];
      report.skipped.set(name, [...models, model.id]);
      continue;
    }
    const [meter, per] = target;
    if (rows.some((row) => row.meter === meter)) continue; // audio_hours and input_audio_hours are one meter
    if (typeof price === 'number') {
      rows.push({ meter, amount: decimal(price), per, ...when });
      continue;
    }
    rows.push({ meter, amount: decimal(price.base), per, ...when });
    // the package takes a tier when the input is longer than its start
    for (const tier of price.tiers) {
      rows.push({ meter, amount: decimal(tier.price), per, fromTokens: tier.start + 1, ...when });
    }
  }
  return rows;
}

/** The decimal that the package's file holds. Numbers print as the shortest text that reads back, so nothing is added. */
function decimal(number) {
  const [mantissa, exponent] = String(number).split('e');
  if (exponent === undefined) return mantissa;
  const shift = -Number(exponent);
  if (!(shift > 0)) throw new Error(`no price: ${number}`);
  const [whole, fraction = ''] = mantissa.split('.');
  return `0.${whole.padStart(shift, '0').slice(-shift)}${fraction}`;
}

function windowOf({ start_time, end_time }) {
  const minute = (time) => {
    const match = /^(\d\d:\d\d)(?::00)?(?:Z|\+00:00)?$/.exec(time);
    if (match === null) throw new Error(`no time in UTC: ${time}`);
    return match[1];
  };
  return `${minute(start_time)}-${minute(end_time)}`;
}

function compare(before, after) {
  const old = new Map(before.map((model) => [model.name, JSON.stringify(model)]));
  const added = after.filter((model) => !old.has(model.name)).map((model) => model.name);
  const changed = after.filter((model) => old.has(model.name) && old.get(model.name) !== JSON.stringify(model));
  const kept = new Set(after.map((model) => model.name));
  const rows = after.reduce((sum, model) => sum + model.prices.length, 0);
  const removed = [...old.keys()].filter((name) => !kept.has(name));
  return { models: after.length, rows, added, removed, changed: changed.map((model) => model.name) };
}

function print(provider, { models, rows, added, removed, changed }, { unpriced, skipped }) {
  const list = (names) => (names.length === 0 ? 'none' : `${names.length}: ${names.join(', ')}`);
  console.log(`${provider}: ${models} models, ${rows} prices from ${source.name}@${source.version}`);
  console.log(`  added    ${list(added)}`);
  console.log(`  removed  ${list(removed)}`);
  console.log(`  changed  ${list(changed)}`);
  console.log(`  unpriced ${list(unpriced)}`);
  for (const [name, names] of skipped) console.log(`  skipped  ${name} (no meter for it) of ${names.length} models`);
}
