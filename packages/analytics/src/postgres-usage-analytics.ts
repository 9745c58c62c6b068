import type { UsageAnswer, UsageDimension } from '@tollgate/wire';
import type pg from 'pg';
import { readAsOf } from './as-of.js';
import { cancellableQuery } from './cancellable-query.js';
import { chooseSource } from './choose-source.js';
import { eventCountStatement } from './event-count.js';
import { figuresStatement, type Statement } from './figures-statement.js';
import { bucketsOf, type Bucket } from './time-buckets.js';
import { UsageFiguresError, type UsageAnalytics, type UsageFigures, type UsageOwner } from './usage-analytics.js';
import { addSums, magnitudeOf, NO_USAGE, readSums, valuesOf, type SumsRow, type UsageSums } from './usage-sums.js';

/** Rows that one answer may be made of. */
const MAX_ROWS = 50_000;
/** Single requests that one answer may be added up from: about as many as are read in a quarter of a second. */
const MAX_EVENTS = 200_000;
const TIMEOUT_MS = 20_000;

type Row = SumsRow & { readonly bucket: number } & Readonly<Record<`key_${number}`, string>>;

interface Series {
  readonly key: readonly string[];
  /** By number of the bucket, from 1. */
  readonly points: Map<number, UsageSums>;
}

/** Reads the rollups that ingestion keeps in Postgres, and what no rollup holds from the events. */
export class PostgresUsageAnalytics implements UsageAnalytics {
  constructor(private readonly pool: pg.Pool) {}

  async read(owner: UsageOwner | null, figures: UsageFigures): Promise<UsageAnswer> {
    const choice = chooseSource(owner, figures);
    if (choice.missing !== null) await this.#requireFewEvents(owner, figures, choice.missing);
    const { from, to, bucket } = figures;
    const range = { from, to, zone: choice.zone, now: Date.now() };
    const spans = bucket === null ? [] : bucketsOf({ unit: bucket, ...range });
    const buckets = bucket === null ? [wholeRange(from, to)] : spans;
    const asOf = await readAsOf(this.pool);
    const rows = await this.#rows(figuresStatement({ owner, figures, choice, buckets, maxRows: MAX_ROWS + 1 }));
    const series = seriesOf(rows, figures);
    const additive = !figures.dimensions.includes('tag');
    const everything = addSums(series.flatMap(({ points }) => [...points.values()]));
    return {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      zone: choice.zone,
      buckets: spans.map(({ label, startsAt, endsAt, complete }) => ({
        label,
        startsAt: new Date(startsAt).toISOString(),
        endsAt: new Date(endsAt).toISOString(),
        complete,
      })),
      series: series.map(({ key, points }) => ({
        key: keyOf(figures.dimensions, key),
        total: valuesOf(addSums([...points.values()]), figures.measures),
        points: spans.map((_, index) => valuesOf(points.get(index + 1) ?? NO_USAGE, figures.measures)),
      })),
      total: additive ? valuesOf(everything, figures.measures) : null,
      source: choice.source,
      additive,
      asOf,
    };
  }

  async #rows(statement: Statement): Promise<Row[]> {
    const rows = await cancellableQuery<Row>(this.pool, { ...statement, timeoutMs: TIMEOUT_MS });
    if (rows.length <= MAX_ROWS) return rows;
    throw new UsageFiguresError(
      'by',
      `The answer would have more than ${MAX_ROWS} points. Shorten the range or filter.`,
    );
  }

  /** The rollups know about how many requests there are before any is read. */
  async #requireFewEvents(owner: UsageOwner | null, figures: UsageFigures, missing: UsageFiguresError): Promise<void> {
    if (owner === null) throw missing;
    const { text, values } = eventCountStatement(owner, figures);
    const { rows } = await this.pool.query<{ requests: string | null }>(text, [...values]);
    const requests = Number(rows[0]?.requests ?? 0);
    if (requests <= MAX_EVENTS) return;
    throw new UsageFiguresError(
      missing.field,
      `${missing.message} Single requests are added up when there are at most ${MAX_EVENTS}; here are about ${requests}: ` +
        'shorten the range, or name a key, project or model.',
    );
  }
}

const wholeRange = (startsAt: number, endsAt: number): Bucket => ({ label: '', startsAt, endsAt, complete: true });

function seriesOf(rows: readonly Row[], { dimensions, measures }: UsageFigures): Series[] {
  const byKey = new Map<string, Series>();
  for (const row of rows) {
    const key = dimensions.map((_, index) => row[`key_${index}`] ?? '');
    const id = JSON.stringify(key);
    const series = byKey.get(id) ?? { key, points: new Map<number, UsageSums>() };
    series.points.set(row.bucket, readSums(row));
    byKey.set(id, series);
  }
  const [first] = measures;
  const sized = [...byKey.values()].map((series) => {
    const total = addSums([...series.points.values()]);
    return { series, size: first === undefined ? 0 : magnitudeOf(total, first) };
  });
  return sized.sort((a, b) => b.size - a.size).map(({ series }) => series);
}

/** Requests that were refused before they had a route have no model and no provider. */
function keyOf(dimensions: readonly UsageDimension[], key: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    dimensions.map((dimension, index) => [dimension, key[index] === '' ? null : (key[index] ?? null)]),
  );
}
