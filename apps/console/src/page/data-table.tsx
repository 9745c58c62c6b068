import { Box, Skeleton, type SxProps, type Theme } from '@mui/material';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { ErrorNotice } from './error-notice.js';

export interface Column<T> {
  readonly key: string;
  readonly label: string;
  readonly numeric?: boolean;
  /** Left out on screens narrower than this. */
  readonly from?: 'sm' | 'md' | 'lg';
  readonly width?: number | string;
  readonly render: (row: T) => ReactNode;
}

interface DataTableProps<T> {
  /** Read out instead of a caption. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  /** Undefined while they are on their way. */
  readonly rows: readonly T[] | undefined;
  readonly rowKey: (row: T) => string;
  /** The page that a row leads to; its first cell is then the link, and reaches over the row. */
  readonly rowHref?: (row: T) => string | null;
  readonly error?: Error | null;
  readonly onRetry?: () => void;
  readonly empty: ReactNode;
  /** How many rows of the skeleton stand for those to come. */
  readonly skeletonRows?: number;
}

export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, rows, error, onRetry, empty, skeletonRows = 8 } = props;
  if (error != null && rows === undefined) {
    return <ErrorNotice error={error} {...(onRetry === undefined ? {} : { onRetry })} />;
  }
  if (rows?.length === 0) return <>{empty}</>;
  return (
    <Box component="table" aria-label={label} aria-busy={rows === undefined} sx={TABLE}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Box component="th" key={column.key} scope="col" sx={cell(column, columns)} style={{ width: column.width }}>
              {column.label}
            </Box>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows === undefined
          ? Array.from({ length: skeletonRows }, (_, index) => <SkeletonRow key={index} columns={columns} />)
          : rows.map((row) => <Row key={props.rowKey(row)} row={row} {...props} />)}
      </tbody>
    </Box>
  );
}

function Row<T>({ row, columns, rowHref }: DataTableProps<T> & { readonly row: T }) {
  const href = rowHref?.(row) ?? null;
  return (
    <Box component="tr" sx={href === null ? {} : { position: 'relative', '&:hover': { bgcolor: 'action.hover' } }}>
      {columns.map((column, index) => (
        <Box component="td" key={column.key} sx={cell(column, columns)}>
          {index === 0 && href !== null ? (
            <Box component={Link} to={href} sx={ROW_LINK}>
              {column.render(row)}
            </Box>
          ) : (
            column.render(row)
          )}
        </Box>
      ))}
    </Box>
  );
}

function SkeletonRow<T>({ columns }: { readonly columns: readonly Column<T>[] }) {
  return (
    <tr>
      {columns.map((column, index) => (
        <Box component="td" key={column.key} sx={cell(column, columns)}>
          <Skeleton width={index === 0 ? '70%' : '50%'} sx={column.numeric === true ? { ml: 'auto' } : {}} />
        </Box>
      ))}
    </tr>
  );
}

const TABLE: SxProps<Theme> = {
  width: '100%',
  borderCollapse: 'collapse',
  fontSize: '0.8125rem',
  '& th': {
    fontWeight: 500,
    fontSize: '0.75rem',
    color: 'text.secondary',
    whiteSpace: 'nowrap',
  },
  '& th, & td': { px: 2, py: 2, borderTop: '1px solid', borderColor: 'divider' },
  '& td': { height: 40, overflowWrap: 'anywhere' },
  '& th:first-of-type, & td:first-of-type': { pl: 4 },
  '& th:last-of-type, & td:last-of-type': { pr: 4 },
};

const ROW_LINK: SxProps<Theme> = {
  color: 'inherit',
  textDecoration: 'none',
  fontWeight: 500,
  '&::after': { content: '""', position: 'absolute', inset: 0 },
  '&:focus-visible': { outline: 'none' },
  '&:focus-visible::after': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: -2 },
};

function cell<T>(column: Column<T>, columns: readonly Column<T>[]): SxProps<Theme> {
  const { numeric = false, from } = column;
  const isLastOnPhones = columns.findLast((other) => other.from === undefined) === column;
  return {
    ...(isLastOnPhones && column !== columns.at(-1) ? { '&&': { pr: { xs: 4, sm: 2 } } } : {}),
    textAlign: numeric ? 'right' : 'left',
    ...(numeric ? { whiteSpace: 'nowrap' } : {}),
    ...(from === undefined ? {} : { display: { xs: 'none', [from]: 'table-cell' } }),
  };
}
