import { Histogram, type HistogramConfiguration } from 'prom-client';
import type { HotHistogram } from './hot-histogram.js';

type Series = Iterable<{ readonly labels: Readonly<Record<string, string>>; readonly metric: HotHistogram }>;

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A histogram in prom-client's registry whose numbers are read from hot histograms at each scrape. */
export class ScrapedHistogram extends Histogram {
  readonly #configuration: HistogramConfiguration<string>;
  readonly #series: Series;

  constructor(configuration: HistogramConfiguration<string>, series: Series) {
    super(configuration);
    this.#configuration = configuration;
    this.#series = series;
  }

  /** What prom-client's registry and its own `get` read, though its declarations do not name it. */
  getForPromString() {
    const { name, help } = this.#configuration;
    const values = [...this.#series].flatMap(({ labels, metric }) => this.#samplesOf(labels, metric));
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
  }

  #samplesOf(labels: Readonly<Record<string, string>>, metric: HotHistogram): Sample[] {
    const { name, buckets = [] } = this.#configuration;
    const bounds = [...buckets.map(String), '+Inf'];
    const counts = metric.cumulativeCounts();
    return [
      ...bounds.map((le, index) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le },
        value: counts[index] ?? 0,
      })),
      { metricName: `${name}_sum`, labels, value: metric.sum },
      { metricName: `${name}_count`, labels, value: counts.at(-1) ?? 0 },
    ];
  }
}
