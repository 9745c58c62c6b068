import pg from 'pg';

import type { Column } from './columnar-insert.js';

/** What a connection of `pg` offers while the server waits for rows. */
interface CopyingConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `COPY … FROM STDIN` with all of its rows at hand. */
class CopyIn extends pg.Query {
  constructor(
    text: string,
    private readonly lines: Buffer,
    done: (error: Error | undefined) => void,
  ) {
    super(text, (error) => done(error ?? undefined));
  }

  /** Called by `pg` when the server is ready for the rows. */
  handleCopyInResponse(connection: CopyingConnection): void {
    connection.sendCopyFromChunk(this.lines);
    connection.endCopyFrom();
  }
}

/**
 * Writes rows with `COPY`: pages are filled and logged as a whole instead of row by row, and no arrays have to be taken
 * apart, which makes wide rows about twice as cheap as `INSERT … FROM unnest`. Nothing can be left out: a row that
 * violates a constraint fails all of them.
 */
export async function copyRows<Row>(
  client: pg.PoolClient,
  table: string,
  { columns, rows }: { readonly columns: readonly Column<Row>[]; readonly rows: readonly Row[] },
): Promise<void> {
  const text = `COPY ${table} (${columns.map(({ name }) => name).join(', ')}) FROM STDIN`;
  const lines = Buffer.from(copyLines(columns, rows));
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyIn(text, lines, (error) => (error === undefined ? resolve() : reject(error))));
  });
}

/** Rows in the text format of `COPY`: a line each, columns apart by tabs, `\N` for NULL. */
function copyLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  let lines = '';
  for (const row of rows) {
    for (let i = 0; i < columns.length; i++) {
      if (i > 0) lines += '\t';
      const value = columns[i]?.value(row) ?? null;
      lines += value === null ? '\\N' : typeof value === 'string' ? escaped(value) : String(value);
    }
    lines += '\n';
  }
  return lines;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(text: string): string {
  return /[\\\t\n\r]/.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? '') : text;
}
