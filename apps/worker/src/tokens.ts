import type { TollgateConfig } from '@tollgate/config';

/** Injection tokens of what is no class. */
export const APP_CONFIG = Symbol('APP_CONFIG');
export const LOGGER = Symbol('LOGGER');

/** The configuration of a worker, with the database that it cannot do without. */
export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  readonly workerMetricsPort: number | null;
  /** Null: mails are written to the log. */
  readonly mail: TollgateConfig['mail'];
  /** Null: alerts cannot be signed, nor sent to where only a secret leads. */
  readonly masterKey: Buffer | null;
  /** Where the console is, for links; null is this machine at `port`. */
  readonly publicUrl: string | null;
  readonly port: number;
}
