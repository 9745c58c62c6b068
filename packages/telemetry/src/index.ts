export { createLogger, type LoggerOptions } from './create-logger.js';
export { HotCounter } from './hot-counter.js';
export { HotHistogram } from './hot-histogram.js';
export { Metrics, type GaugeReading, type LabelValues, type MetricDescription } from './metrics.js';
export { redactSecrets } from './redact-secrets.js';
export type { Logger } from 'pino';
