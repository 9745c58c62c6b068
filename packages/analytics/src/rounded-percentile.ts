import { percentile, type Histogram } from '@tollgate/database';

/** A percentile of a histogram in milliseconds, rounded to hundredths; `null` when nothing was observed. */
export function roundedPercentile(histogram: Histogram, fraction: number): number | null {
  const milliseconds = percentile(histogram, fraction);
  return milliseconds === null ? null : Math.round(milliseconds * 100) / 100;
}
