import { formatPicos, METERS } from '@tollgate/domain';
import type { UsageExportFormat, UsageExportRow, UsageExportTotals } from '@tollgate/wire';
import { stringify } from 'csv-stringify/sync';
import { addTotals, NO_TOTALS } from './postgres-usage-export.js';
import type { ExportRow, ExportSums, ExportTotals, UsageExportRequest } from './usage-export.js';

/** What stands in every row, or decides which columns there are. */
export interface ExportFile {
  readonly format: UsageExportFormat;
  readonly organizationId: string;
  /** Whether the file may tell what providers charge the operator. */
  readonly withProviderCost: boolean;
  /** The control totals as the file's last line, in JSON Lines. */
  readonly totals: (totals: ExportTotals) => UsageExportTotals;
}

/** The text of a file, a chunk for each page; at least one. It begins with the first page: what fails there, fails early. */
export async function* exportFile(
  pages: AsyncIterable<readonly ExportRow[]>,
  file: ExportFile,
): AsyncGenerator<string, void, void> {
  const columns = columnsOf(file);
  let beginning = file.format === 'csv' ? csv([columns]) : '';
  let totals = NO_TOTALS;
  for await (const rows of pages) {
    for (const row of rows) totals = addTotals(totals, { rows: 1, ...row });
    const presented = rows.map((row) => presentRow(row, file));
    const lines =
      file.format === 'csv'
        ? csv(presented.map((row) => columns.map((column) => cell(row, column))))
        : presented.map((row) => `${JSON.stringify(row)}\n`).join('');
    yield beginning + lines;
    beginning = '';
  }
  yield file.format === 'csv' ? beginning : `${JSON.stringify({ totals: file.totals(totals) })}\n`;
}

/** How the control totals of a file look, in it and apart from it. */
export function presentTotals(
  { organization, range, zone, accountingPeriod }: UsageExportRequest,
  totals: ExportTotals,
  { withProviderCost, asOf }: { readonly withProviderCost: boolean; readonly asOf: string },
): UsageExportTotals {
  return {
    organizationId: organization.id,
    from: range === null ? null : new Date(range.from).toISOString(),
    to: range === null ? null : new Date(range.to).toISOString(),
    zone: zone ?? organization.timeZone,
    accountingPeriod,
    rows: totals.rows,
    ...presentSums(totals, withProviderCost),
    asOf,
  };
}

/** How sums look in files and answers. */
export function presentSums(sums: ExportSums, withProviderCost: boolean) {
  return {
    requests: sums.requests,
    errors: sums.errors,
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    cacheReadTokens: sums.cacheReadTokens,
    usage: sums.usage,
    ...(withProviderCost ? { providerCost: formatPicos(sums.providerCost) } : {}),
    listCost: formatPicos(sums.listCost),
    cost: formatPicos(sums.billedCost),
    currency: 'USD' as const,
  };
}

function presentRow(row: ExportRow, { organizationId, withProviderCost }: ExportFile): UsageExportRow {
  return {
    day: row.day,
    accountingPeriod: row.accountingPeriod,
    organizationId,
    projectId: row.projectId,
    projectName: row.projectName,
    costCentre: row.costCentre,
    apiKeyId: row.apiKeyId,
    apiKeyName: row.apiKeyName,
    provider: row.provider,
    model: row.model,
    ...presentSums(row, withProviderCost),
  };
}

const USAGE_PREFIX = 'usage.';

function columnsOf({ withProviderCost }: ExportFile): string[] {
  return [
    ...['day', 'accountingPeriod', 'organizationId', 'projectId', 'projectName', 'costCentre', 'apiKeyId'],
    ...['apiKeyName', 'provider', 'model', 'requests', 'errors', 'inputTokens', 'outputTokens', 'cacheReadTokens'],
    ...METERS.map((meter) => `${USAGE_PREFIX}${meter}`),
    ...(withProviderCost ? ['providerCost'] : []),
    ...['listCost', 'cost', 'currency'],
  ];
}

function cell(row: UsageExportRow, column: string): unknown {
  if (!column.startsWith(USAGE_PREFIX)) return (row as Readonly<Record<string, unknown>>)[column];
  return (row.usage as Readonly<Record<string, number>>)[column.slice(USAGE_PREFIX.length)] ?? 0;
}

const NUMBER = /^-\d+\.\d+$/;

/** Names come from people, and a spreadsheet would run one that begins like a formula; amounts stay numbers. */
function csv(rows: readonly (readonly unknown[])[]): string {
  return stringify([...rows], {
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { string: (value) => (NUMBER.test(value) ? { value, escape_formulas: false } : value) },
  });
}
