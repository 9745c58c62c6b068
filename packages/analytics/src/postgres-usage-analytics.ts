import type { UsageAnswer, UsageDimension } from '@tollgate/wire';
import type pg from 'pg';
import { chooseRollup } from './choose-rollup.js';
import { rollupStatement } from './rollup-statement.js';
import { bucketsOf, type Bucket } from './time-buckets.js';
import { UsageFiguresError, type UsageAnalytics, type UsageFigures, type UsageOwner } from './usage-analytics.js';
import { addSums, magnitudeOf, NO_USAGE, readSums, valuesOf, type SumsRow, type UsageSums } from './usage-sums.js';

/** Rows of a rollup that one answer may be made of. */
const MAX_ROWS = 50_000;

/** What waits in the inbox is not in the rollups yet: they are as of the oldest of it. */
const AS_OF = `SELECT coalesce((SELECT min(received_at) FROM usage_inbox), now()) AS as_of`;

type Row = SumsRow & { readonly bucket: number } & Readonly<Record<`key_${number}`, string>>;

interface Series {
  readonly key: readonly string[];
  /** By number of the bucket, from 1. */
  readonly points: Map<number, UsageSums>;
}

/** Reads the rollups that ingestion keeps in Postgres. */
export class PostgresUsageAnalytics implements UsageAnalytics {
  constructor(private readonly pool: pg.Pool) {}

  async read(owner: UsageOwner | null, figures: UsageFigures): Promise<UsageAnswer> {
    const choice = chooseRollup(owner, figures);
    const { from, to, bucket } = figures;
    const range = { from, to, zone: choice.zone, now: Date.now() };
    const spans = bucket === null ? [] : bucketsOf({ unit: bucket, ...range });
    if (choice.rollup.endsWith('_hour')) requireHourlyBounds(spans);
    const buckets = bucket === null ? [wholeRange(from, to)] : spans;
    const asOf = await this.#asOf();
    const rows = await this.#rows(rollupStatement({ owner, figures, choice, buckets, maxRows: MAX_ROWS + 1 }));
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
      source: choice.rollup,
      additive,
      asOf,
    };
  }

  async #asOf(): Promise<string> {
    const { rows } = await this.pool.query<{ as_of: Date }>(AS_OF);
    return (rows[0]?.as_of ?? new Date()).toISOString();
  }

  async #rows({ text, values }: { text: string; values: readonly unknown[] }): Promise<Row[]> {
    const { rows } = await this.pool.query<Row>(text, [...values]);
    if (rows.length <= MAX_ROWS) return rows;
    throw new UsageFiguresError(
      'by',
      `The answer would have more than ${MAX_ROWS} points. Shorten the range or filter.`,
    );
  }
}

const wholeRange = (startsAt: number, endsAt: number): Bucket => ({ label: '', startsAt, endsAt, complete: true });

/** Some zones are off by half an hour: their days do not consist of hours of UTC. */
function requireHourlyBounds(spans: readonly Bucket[]): void {
  if (spans.every(({ startsAt }) => startsAt % 3_600_000 === 0)) return;
  throw new UsageFiguresError('zone', 'Days of this zone are kept for an organization that has it as its own only.');
}

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
