import { divideHalfEven, formatPicos, isMeter, newId, parsePicos } from '@tollgate/domain';
import type { Meter, Picos } from '@tollgate/domain';
import type pg from 'pg';

import { dimensions } from './price-changes.js';
import type { HeldPrice, NewPrice } from './price-changes.js';
import { loadHeldPrices, publishPrices } from './publish-prices.js';
import type { PublishedPrices } from './publish-prices.js';

/** Two sources that say something else about a price. */
export interface PriceDisagreement {
  readonly provider: string;
  readonly model: string;
  readonly meter: Meter;
  readonly first: SourcedPrice;
  readonly second: SourcedPrice;
}

interface SourcedPrice {
  readonly source: string;
  readonly amountPicos: Picos;
  readonly per: number;
}

interface ImportedPrices {
  readonly bookId: string;
  readonly prices: readonly NewPrice[];
  readonly disagreements: readonly PriceDisagreement[];
  readonly source: string;
  readonly publishedBy: string;
}

/** Under which the catalogue's prices are published. */
export const CATALOGUE_SOURCE = 'catalogue';

/** Prices that somebody decided for stand above those of an import. */
const REVIEWED = 'review';

/**
 * Publishes everything that a source has, but what would change a published price while a second source disagrees: that
 * waits for somebody to decide, and the published price stands meanwhile. A book that has nothing of the source yet has
 * nothing to protect: the first source is published, and what the second says of it is kept as decided.
 */
export async function publishImportedPrices(client: pg.PoolClient, imported: ImportedPrices): Promise<PublishedPrices> {
  const { bookId, source, publishedBy, disagreements } = imported;
  const held = await loadHeldPrices(client, bookId);
  const own = held.filter((price) => price.source === source);
  const publish = (prices: readonly NewPrice[]): Promise<PublishedPrices> =>
    publishPrices(client, { bookId, prices, source, publishedBy });
  if (own.length === 0) {
    await raise(
      client,
      await described(
        client,
        disagreements.map((disagreement) => firstOf(disagreement, imported)),
      ),
      {
        resolution: 'The first source was published when there was no price yet.',
      },
    );
    return publish(imported.prices);
  }
  const withheld = await withheldOf(client, { held, own, imported });
  await raise(client, await described(client, withheld), { resolution: null });
  const waiting = new Map(withheld.map((item) => [meterKey(item.disagreement), item]));
  const letThrough = imported.prices.filter((price) => !waiting.has(meterKey(price)));
  return publish([...letThrough, ...withheld.flatMap((item) => item.held.map(asNewPrice))]);
}

interface Withheld {
  readonly disagreement: PriceDisagreement;
  readonly subject: string;
  readonly wanted: readonly NewPrice[];
  readonly held: readonly HeldPrice[];
}

const meterKey = ({ provider, model, meter }: { provider: string; model: string; meter: string }): string =>
  `${provider}\n${model}\n${meter}`;

function firstOf(disagreement: PriceDisagreement, { prices }: ImportedPrices): Withheld {
  const key = meterKey(disagreement);
  const wanted = prices.filter((price) => meterKey(price) === key);
  return { disagreement, subject: subjectOf(disagreement), wanted, held: [] };
}

/** Other amounts are another question: what was decided once is not asked again. */
function subjectOf({ provider, model, meter, first, second }: PriceDisagreement): string {
  const told = ({ amountPicos, per }: SourcedPrice): string =>
    `${formatPicos(amountPicos).replace(/\.?0+$/, '')}/${per}`;
  return `${provider}/${model}/${meter} ${told(first)} or ${told(second)}`;
}

interface Import {
  readonly held: readonly HeldPrice[];
  readonly own: readonly HeldPrice[];
  readonly imported: ImportedPrices;
}

async function withheldOf(client: pg.PoolClient, { held, own, imported }: Import): Promise<Withheld[]> {
  const heldByMeter = Map.groupBy(own, meterKey);
  const overruled = new Set(held.filter(({ source }) => source !== imported.source).map(dimensions));
  const wantedByMeter = Map.groupBy(imported.prices, meterKey);
  const changing = imported.disagreements.flatMap((disagreement): Withheld[] => {
    const key = meterKey(disagreement);
    const before = heldByMeter.get(key) ?? [];
    const wanted = wantedByMeter.get(key) ?? [];
    const isNew = before.length === 0 || wanted.length === 0;
    // where somebody's own price stands, the import changes nothing
    const counted = wanted.filter((price) => !overruled.has(dimensions(price)));
    if (isNew || counted.length === 0 || sameRows(before, wanted)) return [];
    return [{ disagreement, subject: subjectOf(disagreement), wanted, held: before }];
  });
  const { rows } = await client.query<{ subject: string }>(
    `SELECT subject FROM review_item WHERE kind = 'price_difference' AND state = 'resolved' AND subject = ANY($1)`,
    [changing.map(({ subject }) => subject)],
  );
  const decided = new Set(rows.map(({ subject }) => subject));
  return changing.filter(({ subject }) => !decided.has(subject));
}

function sameRows(held: readonly HeldPrice[], wanted: readonly NewPrice[]): boolean {
  const told = (price: HeldPrice | NewPrice, amount: string): string =>
    JSON.stringify([dimensions(price), amount, price.per, price.effectiveFrom, price.effectiveTo]);
  const before = new Set(held.map((price) => told(price, formatPicos(parsePicos(price.amount)))));
  return (
    before.size === wanted.length && wanted.every((price) => before.has(told(price, formatPicos(price.amountPicos))))
  );
}

function asNewPrice(held: HeldPrice): NewPrice {
  const { provider, model, meter, serviceTier, region, fromTokens, timeWindow, per, effectiveFrom, effectiveTo } = held;
  if (!isMeter(meter)) throw new RangeError(`a price is for the unknown meter ${meter}`);
  const kind = { provider, model, meter, serviceTier, region, fromTokens, timeWindow };
  return { ...kind, amountPicos: parsePicos(held.amount), per, effectiveFrom, effectiveTo };
}

/** What a review item of this kind says. Amounts are decimal USD. */
export interface PriceDifferenceDetails {
  readonly provider: string;
  readonly model: string;
  readonly meter: string;
  readonly serviceTier: string;
  readonly per: number;
  readonly present: string | null;
  readonly firstSource: string;
  readonly first: string;
  readonly firstImpact: string | null;
  readonly secondSource: string;
  readonly second: string;
  readonly secondImpact: string | null;
  /** What the model cost us in the last 30 days. */
  readonly providerCost: string;
  /** The rows of the first source, and those that are published, as JSON. */
  readonly wanted: string;
  readonly held: string;
}

interface DescribedItem {
  readonly subject: string;
  readonly amount: Picos | null;
  readonly details: PriceDifferenceDetails;
}

const USED = `
  SELECT provider, coalesce(priced_model, upstream_model) AS model, usage.key AS meter,
         sum(usage.value::bigint) AS quantity, sum(provider_cost) AS cost
  FROM usage_event, jsonb_each_text(usage) AS usage
  WHERE occurred_at > now() - interval '30 days' AND provider = ANY($1)
    AND coalesce(priced_model, upstream_model) = ANY($2) GROUP BY 1, 2, 3`;

async function described(client: pg.PoolClient, items: readonly Withheld[]): Promise<DescribedItem[]> {
  if (items.length === 0) return [];
  type Used = { provider: string; model: string; meter: string; quantity: string; cost: string };
  const { rows } = await client.query<Used>(USED, [
    [...new Set(items.map(({ disagreement }) => disagreement.provider))],
    [...new Set(items.map(({ disagreement }) => disagreement.model))],
  ]);
  const used = new Map(rows.map((row) => [meterKey(row), row]));
  return items.map((item) => describe(item, used.get(meterKey(item.disagreement))));
}

function describe(
  { subject, disagreement, wanted, held }: Withheld,
  used: { quantity: string; cost: string } | undefined,
): DescribedItem {
  const { provider, model, meter, first, second } = disagreement;
  const base = held.find((price) => price.fromTokens === 0 && price.timeWindow === '*' && price.serviceTier === '*');
  const { per } = first;
  const scaled = ({ amountPicos, per: other }: SourcedPrice): Picos =>
    divideHalfEven(amountPicos * BigInt(per), BigInt(other));
  const present =
    base === undefined ? null : scaled({ source: '', amountPicos: parsePicos(base.amount), per: base.per });
  const quantity = BigInt(used?.quantity ?? 0);
  const impact = (amount: Picos): Picos | null =>
    present === null ? null : divideHalfEven((amount - present) * quantity, BigInt(per));
  const told = (picos: Picos | null): string | null => (picos === null ? null : formatPicos(picos));
  const other = scaled(second);
  const details = {
    ...{ provider, model, meter, serviceTier: '*', per, present: told(present) },
    ...{
      firstSource: first.source,
      first: formatPicos(first.amountPicos),
      firstImpact: told(impact(first.amountPicos)),
    },
    ...{ secondSource: second.source, second: formatPicos(other), secondImpact: told(impact(other)) },
    providerCost: formatPicos(parsePicos(used?.cost ?? '0')),
    wanted: JSON.stringify(wanted.map(({ amountPicos, ...row }) => ({ ...row, amount: formatPicos(amountPicos) }))),
    held: JSON.stringify(held),
  };
  return { subject, amount: impact(first.amountPicos), details };
}

const RAISE = `
  INSERT INTO review_item (id, kind, subject, amount, details, state, resolved_at, resolved_by, resolution)
  SELECT given.id, 'price_difference', given.subject, given.amount::numeric, given.details,
         CASE WHEN $2::text IS NULL THEN 'open' ELSE 'resolved' END,
         CASE WHEN $2::text IS NULL THEN NULL ELSE now() END,
         CASE WHEN $2::text IS NULL THEN NULL ELSE 'bootstrap' END, $2::text
  FROM jsonb_to_recordset($1::jsonb) AS given(id text, subject text, amount text, details jsonb)
  ON CONFLICT (kind, subject) DO NOTHING`;

async function raise(
  client: pg.PoolClient,
  items: readonly DescribedItem[],
  { resolution }: { readonly resolution: string | null },
): Promise<void> {
  if (items.length === 0) return;
  const rows = items.map(({ subject, amount, details }) => ({
    id: newId('reviewItem'),
    subject,
    amount: amount === null ? null : formatPicos(amount),
    details,
  }));
  await client.query(RAISE, [JSON.stringify(rows), resolution]);
}

/** A review item of this kind. */
export interface PriceDifferenceRow {
  readonly id: string;
  readonly details: PriceDifferenceDetails;
  readonly state: 'open' | 'resolved';
  readonly openedAt: Date;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
}

const COLUMNS = `id, details, state, opened_at AS "openedAt", resolved_by AS "resolvedBy", resolution`;
const MAX_LISTED = 1_000;

export async function readPriceDifferences(
  pool: pg.Pool,
  state: PriceDifferenceRow['state'],
): Promise<PriceDifferenceRow[]> {
  const text = `SELECT ${COLUMNS} FROM review_item WHERE kind = 'price_difference' AND state = $1
    ORDER BY abs(coalesce(amount, 0)) DESC, id LIMIT ${MAX_LISTED}`;
  return (await pool.query<PriceDifferenceRow>(text, [state])).rows;
}

const LOCK = `SELECT ${COLUMNS} FROM review_item WHERE kind = 'price_difference' AND id = $1 FOR UPDATE`;
const RESOLVE = `UPDATE review_item SET state = 'resolved', resolved_at = now(), resolved_by = $2, resolution = $3
  WHERE id = $1 RETURNING ${COLUMNS}`;

export interface PriceDecision {
  readonly bookId: string;
  readonly accept: 'first' | 'second' | 'present';
  readonly by: string;
  /** Source under which the first source's prices are imported. */
  readonly source: string;
}

/**
 * Publishes what somebody decided for. The first source's price is then like any import; another one stands above what is
 * imported from then on.
 * @returns `null` when there is no such open item
 */
export async function decidePriceDifference(
  client: pg.PoolClient,
  id: string,
  { bookId, accept, by, source }: PriceDecision,
): Promise<PriceDifferenceRow | null> {
  const found = (await client.query<PriceDifferenceRow>(LOCK, [id])).rows[0];
  if (found === undefined || found.state === 'resolved') return null;
  const prices = decidedPrices(found.details, accept);
  await publishPrices(client, {
    bookId,
    prices,
    source: accept === 'first' ? source : REVIEWED,
    mode: 'edit',
    publishedBy: by,
  });
  const resolution = {
    first: 'accepted the first source',
    second: 'accepted the second source',
    present: 'kept the price',
  };
  return (await client.query<PriceDifferenceRow>(RESOLVE, [id, by, resolution[accept]])).rows[0] ?? null;
}

function decidedPrices(details: PriceDifferenceDetails, accept: PriceDecision['accept']): NewPrice[] {
  const wanted = (JSON.parse(details.wanted) as HeldPrice[]).map(asNewPrice);
  const held = (JSON.parse(details.held) as HeldPrice[]).map(asNewPrice);
  if (accept === 'first') return wanted;
  if (accept === 'present') return held;
  const isBase = (price: NewPrice): boolean =>
    price.fromTokens === 0 && price.timeWindow === '*' && price.serviceTier === '*';
  return wanted.map((price) =>
    isBase(price) ? { ...price, amountPicos: parsePicos(details.second), per: details.per } : price,
  );
}
