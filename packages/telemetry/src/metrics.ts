import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { HotCounter } from './hot-counter.js';
import { HotHistogram } from './hot-histogram.js';
import { ScrapedHistogram } from './scraped-histogram.js';

export type LabelValues = Readonly<Record<string, string>>;

export interface MetricDescription {
  /** With its unit: `tollgate_request_duration_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

export interface GaugeReading {
  readonly labels: LabelValues;
  readonly value: number;
}

/**
 * The metrics of a process. What the hot path writes are plain numbers; prom-client sees them only during a scrape.
 * A series lives as long as the process, so labels must come from small closed sets: never an organization or a key.
 */
export class Metrics {
  readonly #registry = new Registry();

  /** Process, heap, event loop and garbage collection. */
  includeProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Answers the counter for given label values; the caller keeps it. */
  counter(description: MetricDescription): (labels?: LabelValues) => HotCounter {
    const series = new SeriesByLabels(() => new HotCounter());
    new Counter({
      ...prometheus(description, this.#registry),
      collect() {
        this.reset();
        for (const { labels, metric } of series) this.inc(labels, metric.value);
      },
    });
    return (labels = {}) => series.of(labels);
  }

  /** Answers the histogram for given label values; the caller keeps it. Bounds ascend. */
  histogram(description: MetricDescription & { bounds: readonly number[] }): (labels?: LabelValues) => HotHistogram {
    const series = new SeriesByLabels(() => new HotHistogram(description.bounds));
    new ScrapedHistogram({ ...prometheus(description, this.#registry), buckets: [...description.bounds] }, series);
    return (labels = {}) => series.of(labels);
  }

  /** A number that is asked for during a scrape. */
  gauge(description: MetricDescription, read: () => number | readonly GaugeReading[]): void {
    new Gauge({
      ...prometheus(description, this.#registry),
      collect() {
        this.reset();
        const reading = read();
        if (typeof reading === 'number') this.set(reading);
        else for (const { labels, value } of reading) this.set(labels, value);
      },
    });
  }

  /** The exposition that Prometheus scrapes. */
  async expose(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}

function prometheus({ name, help, labelNames }: MetricDescription, registry: Registry) {
  return { name, help, labelNames: [...(labelNames ?? [])], registers: [registry] };
}

/** One series for each combination of label values. */
class SeriesByLabels<Metric> {
  readonly #entries = new Map<string, { readonly labels: LabelValues; readonly metric: Metric }>();
  readonly #create: () => Metric;

  constructor(create: () => Metric) {
    this.#create = create;
  }

  of(labels: LabelValues): Metric {
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = { labels, metric: this.#create() };
      this.#entries.set(key, entry);
    }
    return entry.metric;
  }

  [Symbol.iterator](): Iterator<{ readonly labels: LabelValues; readonly metric: Metric }> {
    return this.#entries.values();
  }
}
