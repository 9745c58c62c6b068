import { Box } from '@mui/material';
import type { ChartData, ChartPoint } from './chart-data.js';

/** Rows as Recharts takes them: one object for each span of time. */
export function rowsOf({ points }: ChartData): readonly Record<string, unknown>[] {
  return points.map((point) => ({ ...point.values, label: point.label, point }));
}

export const AXIS = {
  stroke: 'var(--mui-palette-text-secondary)',
  fontSize: 11,
  tickLine: false,
  axisLine: false,
} as const;

export const GRID = { stroke: 'var(--mui-palette-divider)', vertical: false } as const;

export const MARGIN = { top: 8, right: 8, bottom: 0, left: 0 } as const;

interface ReadingProps extends Pick<ChartData, 'series'> {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: { readonly point?: ChartPoint } }[];
}

/** What the pointer, or the arrow keys, are on: every value of that span of time. */
export function Reading({ active = false, payload = [], series }: ReadingProps) {
  const point = payload[0]?.payload?.point;
  if (!active || point === undefined) return null;
  return (
    <Box sx={READING}>
      <Box sx={{ fontWeight: 600, mb: 1 }}>{point.label}</Box>
      {series
        .filter(({ key }) => point.values[key] !== null && point.values[key] !== 0)
        .map(({ key, label, color }) => (
          <Box key={key} sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
            <Box sx={{ width: 8, height: 8, borderRadius: 0.5, flexShrink: 0 }} style={{ background: color }} />
            <Box sx={{ flex: 1, mr: 3 }}>{label}</Box>
            <Box>{point.texts[key]}</Box>
          </Box>
        ))}
    </Box>
  );
}

const READING = {
  bgcolor: 'background.paper',
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: 1,
  boxShadow: '0 4px 16px rgb(0 0 0 / 0.12)',
  px: 3,
  py: 2,
  fontSize: '0.75rem',
  maxWidth: 300,
} as const;
