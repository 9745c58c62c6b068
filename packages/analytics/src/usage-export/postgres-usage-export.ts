import { parsePicos, METERS, type Meter, type Usage } from '@tollgate/domain';
import type pg from 'pg';
import { cancellableQuery } from '../cancellable-query.js';
import { COSTS, COUNTERS, exportSources, QUANTITIES, ROW_KEY, type ExportSource } from './export-sources.js';
import type { ExportRow, ExportSums, ExportTotals, UsageExportRequest } from './usage-export.js';

/** Few enough that turning them into text does not keep the process from its other work. */
const PAGE_ROWS = 500;
/** A day of events of a large organization takes seconds. */
const PAGE_TIMEOUT_MS = 120_000;

type Sums = Readonly<Record<string, string>>;
type Row = Sums & {
  readonly project_name: string | null;
  readonly cost_centre: string | null;
  readonly api_key_name: string | null;
};

/**
 * Reads files of usage page by page, each with a short statement of its own that begins behind the last row: no
 * snapshot is held while a slow reader takes his time, and the next page is read only when the one before was taken.
 */
export class PostgresUsageExport {
  constructor(private readonly pool: pg.Pool) {}

  /**
   * @param signal stops the statement that is running, when the reader has left.
   * @throws UsageFiguresError, before the first page, when the file cannot be made.
   */
  async *pages(request: UsageExportRequest, signal?: AbortSignal): AsyncGenerator<readonly ExportRow[], void, void> {
    for (const source of exportSources(request)) {
      let after: readonly string[] | null = null;
      for (;;) {
        const rows: readonly Row[] = await this.#page(source, after, signal);
        if (rows.length > 0) yield rows.map(toRow);
        const last = rows.at(-1);
        if (rows.length < PAGE_ROWS || last === undefined) break;
        after = ROW_KEY.map((name) => last[name] ?? '');
      }
    }
  }

  /** Sums over everything that {@link pages} would answer at this moment. */
  async totals(request: UsageExportRequest, signal?: AbortSignal): Promise<ExportTotals> {
    let totals = NO_TOTALS;
    for (const source of exportSources(request)) {
      const { text, values } = statement((parameter) => {
        const sums = [...COUNTERS, ...COSTS, ...QUANTITIES].map((name) => `coalesce(sum(${name}), 0)::text AS ${name}`);
        return `SELECT count(*)::text AS rows, ${sums.join(', ')} FROM (${source.query(parameter, null)}) AS source`;
      });
      const [row] = await cancellableQuery<Sums>(this.pool, { text, values, timeoutMs: PAGE_TIMEOUT_MS, signal });
      if (row !== undefined) totals = addTotals(totals, { rows: Number(row['rows']), ...toSums(row) });
    }
    return totals;
  }

  #page(source: ExportSource, after: readonly string[] | null, signal: AbortSignal | undefined): Promise<Row[]> {
    const order = ROW_KEY.join(', ');
    const { text, values } = statement(
      (parameter) => `
      WITH page AS (${source.query(parameter, after)} ORDER BY ${order} LIMIT ${PAGE_ROWS})
      SELECT ${['day', ...COUNTERS, ...COSTS, ...QUANTITIES].map((name) => `page.${name}::text`).join(', ')},
             page.accounting_period, page.project_id, page.api_key_id, page.model, page.provider,
             project.name AS project_name, project.cost_centre, api_key.name AS api_key_name
      FROM page
      LEFT JOIN project ON project.id = page.project_id
      LEFT JOIN api_key ON api_key.id = page.api_key_id
      ORDER BY ${ROW_KEY.map((name) => `page.${name}`).join(', ')}`,
    );
    return cancellableQuery<Row>(this.pool, { text, values, timeoutMs: PAGE_TIMEOUT_MS, signal });
  }
}

function statement(write: (parameter: (value: unknown) => string) => string) {
  const values: unknown[] = [];
  const text = write((value) => `$${values.push(value)}`);
  return { text, values };
}

function toRow(row: Row): ExportRow {
  return {
    day: row['day'] ?? '',
    accountingPeriod: row['accounting_period'] ?? '',
    projectId: row['project_id'] ?? '',
    projectName: row.project_name,
    costCentre: row.cost_centre,
    apiKeyId: row['api_key_id'] ?? '',
    apiKeyName: row.api_key_name,
    provider: row['provider'] === '' ? null : (row['provider'] ?? null),
    model: row['model'] === '' ? null : (row['model'] ?? null),
    ...toSums(row),
  };
}

function toSums(row: Sums): ExportSums {
  return {
    requests: Number(row['requests']),
    errors: Number(row['errors']),
    inputTokens: Number(row['input_tokens']),
    outputTokens: Number(row['output_tokens']),
    cacheReadTokens: Number(row['cache_read_tokens']),
    usage: usageOf((meter) => Number(row[`quantity_${meter}`])),
    providerCost: parsePicos(row['provider_cost'] ?? '0'),
    listCost: parsePicos(row['list_cost'] ?? '0'),
    billedCost: parsePicos(row['billed_cost'] ?? '0'),
  };
}

/** Meters that nothing was counted on are left out. */
function usageOf(quantity: (meter: Meter) => number): Usage {
  return Object.fromEntries(
    METERS.map((meter) => [meter, quantity(meter)]).filter(([, count]) => count !== 0),
  ) as Usage;
}

export const NO_TOTALS: ExportTotals = {
  rows: 0,
  requests: 0,
  errors: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  usage: {},
  providerCost: 0n,
  listCost: 0n,
  billedCost: 0n,
};

export function addTotals(a: ExportTotals, b: ExportTotals): ExportTotals {
  return {
    rows: a.rows + b.rows,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    usage: usageOf((meter) => (a.usage[meter] ?? 0) + (b.usage[meter] ?? 0)),
    providerCost: a.providerCost + b.providerCost,
    listCost: a.listCost + b.listCost,
    billedCost: a.billedCost + b.billedCost,
  };
}
