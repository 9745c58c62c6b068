import { saveTable } from '../page/save-table.js';
import type { ChartData } from './chart-data.js';

/** Saves what a chart shows: a row for each span of time, a column for each series. */
export function saveCsv(title: string, { series, points }: ChartData): void {
  saveTable(title, [
    ['time', ...series.map(({ label }) => label)],
    ...points.map(({ label, exact }) => [label, ...series.map(({ key }) => exact[key] ?? '')]),
  ]);
}
