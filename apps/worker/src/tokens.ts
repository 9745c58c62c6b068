/** Injection tokens of what is no class. */
export const APP_CONFIG = Symbol('APP_CONFIG');
export const LOGGER = Symbol('LOGGER');

/** The configuration of a worker, with the database that it cannot do without. */
export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly workerMetricsPort: number | null;
}
