/** The package's models with their prices as rows of our meters. Only its data are used: its calculator works with floats. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { findProvider } from '@pydantic/genai-prices';

import { splitMatch } from '../../packages/providers/src/catalogue/model-match.ts';

const MILLION = 1_000_000;
const MS_PER_HOUR = 3_600_000;

/** The package's price names as our meter and the number of its units that the price is for. */
const METERS = {
  input_mtok: ['input', MILLION],
  output_mtok: ['output', MILLION],
  output_reasoning_mtok: ['output_reasoning', MILLION],
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
  input_document_kpages: ['page', 1000],
};

const require = createRequire(import.meta.url);
const manifest = JSON.parse(
  readFileSync(require.resolve('@pydantic/genai-prices').replace(/dist.*$/, 'package.json'), 'utf8'),
);

export const GENAI_PRICES = {
  id: 'genai-prices',
  name: `${manifest.name}@${manifest.version}`,
  licence: manifest.license ?? 'MIT',
};

/**
 * What the package has under these names, in its order, each name once: a name that an earlier one says is its own model
 * is not listed again. `without` leaves out models of other addresses.
 */
export function readPricedModels({ prices: ids, without, servedSuffix, baseNames, freeVariants }, report) {
  const models = [];
  const taken = new Set();
  for (const id of ids) {
    const names = [];
    const found = findProvider({ providerId: id });
    if (found === undefined) throw new Error(`${GENAI_PRICES.name} has no provider ${id}`);
    const suffix = servedSuffix === undefined ? '' : `:${id.replace(servedSuffix, '')}`;
    for (const model of found.models) {
      if (without?.test(model.id)) continue;
      const read = readModel({ model, suffix, baseNames: baseNames === true, free: freeVariants === true }, report);
      if (read === null || taken.has(read.name.toLowerCase())) continue;
      models.push(read);
      names.push(read.name.toLowerCase(), ...splitMatch(read.match).names);
    }
    for (const name of names) taken.add(name);
  }
  return models;
}

function readModel({ model, suffix, baseNames, free }, report) {
  const isFree = model.id.endsWith(':free') && Object.keys(model.prices).length === 0;
  if (isFree && !free) {
    report.leftOut.push(`${model.id}: a name of OpenRouter's`);
    return null;
  }
  const base = (name) => (baseNames ? name.slice(name.lastIndexOf('/') + 1) : name);
  return {
    name: base(callableName(model)) + suffix,
    displayName: model.name ?? model.id,
    contextWindow: model.context_window ?? null,
    deprecated: model.deprecated === true,
    match: rename(model.match, (name) => base(name) + suffix, suffix),
    prices: isFree ? FREE : importPrices(model, report),
  };
}

const FREE = ['input', 'output'].map((meter) => ({ meter, amount: '0', per: MILLION }));

/** The package names some models by its own words: `regional.…` at Bedrock, without the account at Fireworks. */
function callableName({ id, match }) {
  const first = match.or?.[0]?.equals ?? match.equals;
  return first?.startsWith('accounts/') ? first : id.replace(/^regional\./, '');
}

function rename(match, name, suffix) {
  if (match.or !== undefined) return { or: match.or.map((part) => rename(part, name, suffix)) };
  if (match.and !== undefined) return { and: match.and.map((part) => rename(part, name, suffix)) };
  if (match.equals !== undefined) return { equals: name(match.equals) };
  return suffix === '' ? match : { and: [match, { ends_with: suffix }] };
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
    const when = { ...(from !== null && { from }), ...(timeWindow && { timeWindow }) };
    era.push(...importEntry({ model, prices, when }, report));
  }
  return [...done, ...era];
}

function importEntry({ model, prices, when }, report) {
  const rows = [];
  for (const [name, price] of Object.entries(prices)) {
    if (price === undefined || price === null) continue;
    const target = METERS[name];
    if (target === undefined) {
      const models = report.withoutMeter.get(name) ?? [];
      report.withoutMeter.set(name, [...new Set([...models, model.id])]);
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

/**
 * The decimal that the source holds. Numbers print as the shortest text that reads back, so nothing is added; one with
 * more than the twelve digits that an amount has here is a quotient (a third of a cent), and is rounded to them.
 */
export function decimal(number) {
  const [mantissa, exponent] = String(number).split('e');
  if (exponent === undefined) return digitsOf(mantissa) > 12 ? number.toFixed(12).replace(/0+$/, '') : mantissa;
  const shift = -Number(exponent);
  if (!(shift > 0)) throw new Error(`no price: ${number}`);
  const [whole, fraction = ''] = mantissa.split('.');
  return `0.${whole.padStart(shift, '0').slice(-shift)}${fraction}`;
}

const digitsOf = (decimal) => decimal.split('.')[1]?.length ?? 0;

function windowOf({ start_time, end_time }) {
  const minute = (time) => {
    const match = /^(\d\d:\d\d)(?::00)?(?:Z|\+00:00)?$/.exec(time);
    if (match === null) throw new Error(`no time in UTC: ${time}`);
    return match[1];
  };
  return `${minute(start_time)}-${minute(end_time)}`;
}
