import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import ImageOutlined from '@mui/icons-material/ImageOutlined';
import ShowChart from '@mui/icons-material/ShowChart';
import TableRows from '@mui/icons-material/TableRowsOutlined';
import { Box, IconButton, Skeleton, Stack, Tooltip } from '@mui/material';
import { Suspense, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useText } from '../i18n/use-text.js';
import { DataTable } from '../page/data-table.js';
import { ErrorNotice } from '../page/error-notice.js';
import { Panel } from '../page/panel.js';
import type { ChartData, ChartPoint } from './chart-data.js';
import { saveCsv } from './save-csv.js';
import { saveImage } from './save-image.js';

interface ChartPanelProps {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly actions?: ReactNode;
  /** Undefined while it is on its way. */
  readonly data: ChartData | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
  readonly height: number;
  readonly children: ReactNode;
}

/** A chart with the table behind it: for screen readers, for doubters, and for a spreadsheet. */
export function ChartPanel({ title, hint, actions, data, error, onRetry, height, children }: ChartPanelProps) {
  const [isTable, setTable] = useState(false);
  const chart = useRef<HTMLDivElement>(null);
  const placeholder = <Skeleton variant="rounded" height={height} />;
  if (data === undefined && error !== null) {
    return (
      <Panel title={title} actions={actions}>
        <ErrorNotice error={error} onRetry={onRetry} />
      </Panel>
    );
  }
  const buttons = (
    <Stack direction="row" sx={{ alignItems: 'center', gap: 1 }}>
      {actions}
      {data !== undefined && (
        <Tools title={title} data={data} chart={chart} isTable={isTable} onToggle={() => setTable(!isTable)} />
      )}
    </Stack>
  );
  return (
    <Panel title={title} hint={hint} actions={buttons}>
      {data === undefined && placeholder}
      {data !== undefined && isTable && <ChartTable title={title} data={data} />}
      {data !== undefined && !isTable && (
        <Suspense fallback={placeholder}>
          <Box ref={chart} sx={{ bgcolor: 'background.paper' }}>
            {children}
          </Box>
        </Suspense>
      )}
    </Panel>
  );
}

interface ToolsProps {
  readonly title: string;
  readonly data: ChartData;
  readonly chart: RefObject<HTMLElement | null>;
  readonly isTable: boolean;
  readonly onToggle: () => void;
}

function Tools({ title, data, chart, isTable, onToggle }: ToolsProps) {
  const text = useText();
  const toggle = text(isTable ? 'page.showChart' : 'page.showTable');
  return (
    <>
      <Tooltip title={toggle}>
        <IconButton aria-label={`${title}: ${toggle}`} onClick={onToggle}>
          {isTable ? <ShowChart sx={{ fontSize: 18 }} /> : <TableRows sx={{ fontSize: 18 }} />}
        </IconButton>
      </Tooltip>
      {!isTable && (
        <Tooltip title={text('page.downloadImage')}>
          <IconButton
            aria-label={`${title}: ${text('page.downloadImage')}`}
            onClick={() => void (chart.current !== null && saveImage(title, chart.current))}
          >
            <ImageOutlined sx={{ fontSize: 18 }} />
          </IconButton>
        </Tooltip>
      )}
      <Tooltip title={text('page.download')}>
        <IconButton aria-label={`${title}: ${text('page.download')}`} onClick={() => saveCsv(title, data)}>
          <DownloadOutlined sx={{ fontSize: 18 }} />
        </IconButton>
      </Tooltip>
    </>
  );
}

function ChartTable({ title, data: { series, points } }: { readonly title: string; readonly data: ChartData }) {
  const text = useText();
  return (
    <Box sx={{ overflowX: 'auto', mx: -4 }} tabIndex={0} role="region" aria-label={title}>
      <DataTable<ChartPoint>
        label={title}
        rows={points}
        rowKey={({ label }) => label}
        empty={null}
        columns={[
          { key: 'time', label: text('overview.time'), render: ({ label }) => label },
          ...series.map(({ key, label }) => ({
            key,
            label,
            numeric: true,
            render: ({ texts }: ChartPoint) => texts[key] ?? '',
          })),
        ]}
      />
    </Box>
  );
}
