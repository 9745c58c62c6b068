import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { DotItemDotProps } from 'recharts';
import type { ChartData } from './chart-data.js';
import { AXIS, GRID, MARGIN, Reading, rowsOf } from './chart-frame.js';

interface LinePlotProps extends ChartData {
  readonly label: string;
  readonly height: number;
  readonly formatTick: (value: number) => string;
}

/** Lines from zero up. A span of time without requests is a gap. */
export default function LinePlot({ series, points, label, height, formatTick }: LinePlotProps) {
  return (
    <ResponsiveContainer width="100%" height={height}>
      <LineChart data={[...rowsOf({ series, points })]} margin={MARGIN} title={label}>
        <CartesianGrid {...GRID} />
        <XAxis dataKey="label" {...AXIS} minTickGap={24} />
        <YAxis {...AXIS} width={56} tickFormatter={formatTick} />
        <Tooltip content={<Reading series={series} />} />
        {series.map(({ key, label: name, color, dashed = false }) => (
          <Line
            key={key}
            dataKey={key}
            name={name}
            type="linear"
            stroke={color}
            strokeWidth={1.75}
            {...(dashed ? { strokeDasharray: '4 3' } : {})}
            dot={({ index, cx, cy }: DotItemDotProps) =>
              isLone(points, index, key) ? (
                <circle key={index} cx={cx} cy={cy} r={2.5} fill={color} />
              ) : (
                <g key={index} />
              )
            }
            isAnimationActive={false}
            connectNulls={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

/** Whether a value has none beside it: no line leads to it, so that it is seen as a dot or not at all. */
function isLone(points: ChartData['points'], index: number, key: string): boolean {
  const isKnown = (at: number): boolean => points[at]?.values[key] != null;
  return isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1);
}
