import { fileNameOf, saveFile } from './save-file.js';

/** Saves rows as CSV, under a title. */
export function saveTable(title: string, rows: readonly (readonly string[])[]): void {
  const text = rows.map((row) => row.map(quote).join(',')).join('\r\n');
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  saveFile(url, `${fileNameOf(title)}.csv`);
  URL.revokeObjectURL(url);
}

// what begins like a formula would be computed by the spreadsheet that opens it; a number below zero is none
const harmless = (cell: string): string =>
  /^[-=+@\t\r]/.test(cell) && !/^-\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
const quote = (cell: string): string => `"${harmless(cell).replaceAll('"', '""')}"`;
