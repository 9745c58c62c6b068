import type { ChartData } from './chart-data.js';
import { fileNameOf, saveFile } from '../page/save-file.js';

/** Saves what a chart shows: a row for each span of time, a column for each series. */
export function saveCsv(title: string, { series, points }: ChartData): void {
  const rows = [
    ['time', ...series.map(({ label }) => label)],
    ...points.map(({ label, exact }) => [label, ...series.map(({ key }) => exact[key] ?? '')]),
  ];
  const text = rows.map((row) => row.map(quote).join(',')).join('\r\n');
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  saveFile(url, `${fileNameOf(title)}.csv`);
  URL.revokeObjectURL(url);
}

// what begins like a formula would be computed by the spreadsheet that opens it
const harmless = (cell: string): string => (/^[=+@\t\r]|^-(?!\d)/.test(cell) ? `'${cell}` : cell);
const quote = (cell: string): string => `"${harmless(cell).replaceAll('"', '""')}"`;
