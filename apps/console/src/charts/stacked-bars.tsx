import { useId } from 'react';
import { Bar, BarChart, CartesianGrid, Rectangle, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { RectangleProps } from 'recharts';
import type { ChartData, ChartPoint } from './chart-data.js';
import { AXIS, GRID, MARGIN, Reading, rowsOf } from './chart-frame.js';

interface StackedBarsProps extends ChartData {
  readonly label: string;
  readonly height: number;
  readonly formatTick: (value: number) => string;
}

/** Layers from zero up. A span of time that is not over is hatched: its bar is going to grow. */
export default function StackedBars({ series, points, label, height, formatTick }: StackedBarsProps) {
  const hatch = useId();
  return (
    <ResponsiveContainer width="100%" height={height}>
      <BarChart data={[...rowsOf({ series, points })]} margin={MARGIN} barCategoryGap="18%" title={label}>
        <defs>
          {series.map(({ key, color }, index) => (
            <pattern
              key={key}
              id={`${hatch}${index}`}
              width={6}
              height={6}
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width={6} height={6} fill={color} opacity={0.35} />
              <rect width={3} height={6} fill={color} />
            </pattern>
          ))}
        </defs>
        <CartesianGrid {...GRID} />
        <XAxis dataKey="label" {...AXIS} minTickGap={24} />
        <YAxis {...AXIS} width={56} tickFormatter={formatTick} />
        <Tooltip content={<Reading series={series} />} cursor={{ fill: 'var(--mui-palette-action-hover)' }} />
        {series.map(({ key, label: name, color }, index) => (
          <Bar
            key={key}
            dataKey={key}
            name={name}
            stackId="all"
            fill={color}
            isAnimationActive={false}
            maxBarSize={48}
            shape={(props: RectangleProps & { readonly payload?: { readonly point?: ChartPoint } }) => (
              <Rectangle
                {...props}
                fill={props.payload?.point?.complete === false ? `url(#${hatch}${index})` : color}
              />
            )}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}
