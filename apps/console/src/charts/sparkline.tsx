import { Box } from '@mui/material';

const WIDTH = 100;
const HEIGHT = 28;

/** The course of a figure, without axes: for its shape only. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <Box sx={{ height: HEIGHT }} />;
  const most = Math.max(...known, Number.MIN_VALUE);
  return (
    <Box
      component="svg"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden
      sx={{ width: '100%', height: HEIGHT, display: 'block', color: 'primary.main' }}
    >
      {linesOf(values, most).map((points) => (
        <polyline
          key={points}
          points={points}
          fill="none"
          stroke="currentColor"
          strokeWidth={1.5}
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </Box>
  );
}

/** Runs of values between gaps, as coordinates. */
function linesOf(values: readonly (number | null)[], most: number): readonly string[] {
  const runs: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) return void runs.push([]);
    const x = (index / (values.length - 1)) * WIDTH;
    const y = HEIGHT - 2 - (value / most) * (HEIGHT - 4);
    return void runs.at(-1)?.push(`${x.toFixed(2)},${y.toFixed(2)}`);
  });
  return runs.filter((run) => run.length > 0).map((run) => run.join(' '));
}
