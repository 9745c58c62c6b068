/**
 * Mergeable histograms of milliseconds on a logarithmic scale, as the rollups keep them: the numbers of the buckets that
 * are not empty, ascending, then as many counts. Bucket 0 holds up to 1 ms, bucket k holds (γ^(k−1), γ^k].
 * `latency_bucket` and `merge_histograms` are the same in SQL.
 */
export type Histogram = readonly number[];

const GAMMA = 1.04;
const LOG_GAMMA = Math.log(GAMMA);
/** A day and more: everything beyond shares this bucket. */
const LAST_BUCKET = 470;

/** The bucket of a duration in milliseconds. */
export function latencyBucket(ms: number): number {
  if (ms <= 1) return 0;
  return Math.min(Math.ceil(Math.log(ms) / LOG_GAMMA), LAST_BUCKET);
}

/** Adds histograms up; the parts may be in any order. */
export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const counts = new Map<number, number>();
  for (const histogram of histograms) {
    const buckets = histogram.length / 2;
    for (let i = 0; i < buckets; i++) {
      const bucket = histogram[i] ?? 0;
      counts.set(bucket, (counts.get(bucket) ?? 0) + (histogram[buckets + i] ?? 0));
    }
  }
  return packHistogram(counts);
}

export function packHistogram(counts: ReadonlyMap<number, number>): Histogram {
  const buckets = [...counts.keys()].filter((bucket) => counts.get(bucket) !== 0).sort((a, b) => a - b);
  return [...buckets, ...buckets.map((bucket) => counts.get(bucket) ?? 0)];
}

/**
 * The duration that `fraction` (0 to 1) of all observations do not exceed, or `null` when there are none. It is the point
 * of its bucket that is at most 2 % from any value in it, so that the answer is within 2 % of the exact percentile
 * (nearest rank) however the values lie inside the bucket.
 */
export function percentile(histogram: Histogram, fraction: number): number | null {
  const buckets = histogram.length / 2;
  let total = 0;
  for (let i = 0; i < buckets; i++) total += histogram[buckets + i] ?? 0;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(fraction * total));
  let seen = 0;
  for (let i = 0; i < buckets; i++) {
    seen += histogram[buckets + i] ?? 0;
    if (seen >= rank) return representative(histogram[i] ?? 0);
  }
  return null;
}

function representative(bucket: number): number {
  return bucket === 0 ? 0.5 : (2 * GAMMA ** bucket) / (GAMMA + 1);
}
