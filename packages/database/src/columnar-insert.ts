/**
 * Writing many rows with one statement: each column is one array parameter, and `unnest` makes rows of them. Four to
 * seven times faster than an ORM's inserts, and the statement's text is the same for any number of rows.
 */
export interface Column<Row> {
  readonly name: string;
  /** The column's own type. Types that have no arrays of their own here (`jsonb`, `text[]`) travel as text. */
  readonly type: ColumnType;
  readonly value: (row: Row) => string | number | boolean | null;
}

type ColumnType =
  | 'uuid'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'text'
  | 'boolean'
  | 'date'
  | 'timestamptz'
  | 'numeric'
  | 'bytea'
  | 'double precision'
  | 'jsonb'
  | 'text[]'
  | 'integer[]';

const TRAVELS_AS_TEXT = new Set<ColumnType>(['jsonb', 'text[]', 'integer[]']);

/**
 * `INSERT INTO table (…) SELECT … FROM unnest(…)`, without what follows. The row being changed is known as `t`;
 * `computed` columns are SQL expressions, the same for all rows.
 */
export function insertStatement<Row>(
  table: string,
  columns: readonly Column<Row>[],
  computed: Readonly<Record<string, string>> = {},
): string {
  const names = columns.map(({ name }) => name);
  const selected = columns.map(({ name, type }) => (TRAVELS_AS_TEXT.has(type) ? `${name}::${type}` : name));
  const parameters = columns.map(({ type }, index) => `$${index + 1}::${TRAVELS_AS_TEXT.has(type) ? 'text' : type}[]`);
  return `INSERT INTO ${table} AS t (${[...names, ...Object.keys(computed)].join(', ')})
  SELECT ${[...selected, ...Object.values(computed)].join(', ')}
  FROM unnest(${parameters.join(', ')}) AS given(${names.join(', ')})`;
}

/** One array literal per column. */
export function columnValues<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  return columns.map((column) => arrayLiteral(rows.map(column.value)));
}

/** A Postgres array literal, such as `{"a",NULL,1}`. */
export function arrayLiteral(elements: readonly (string | number | boolean | null)[]): string {
  let literal = '{';
  for (let i = 0; i < elements.length; i++) {
    if (i > 0) literal += ',';
    const element = elements[i] ?? null;
    literal += element === null ? 'NULL' : typeof element === 'string' ? quoted(element) : String(element);
  }
  return `${literal}}`;
}

function quoted(text: string): string {
  const escaped = /["\\]/.test(text) ? text.replaceAll(/["\\]/g, '\\$&') : text;
  return `"${escaped}"`;
}
