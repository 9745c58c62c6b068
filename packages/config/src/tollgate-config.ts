import type { EnvironmentNames } from '@tollgate/providers/environment';

/** Time limits towards providers, in milliseconds. */
export interface UpstreamTimeouts {
  readonly connectMs: number;
  /** From the request's last byte to the first byte of the answer. */
  readonly firstTokenMs: number;
  /** Between two chunks of an answer. */
  readonly idleMs: number;
  /** A whole answer that is not streamed; a stream until its first content. */
  readonly totalMs: number;
}

/** A provider that the operator named by environment variables. */
export interface EnvironmentProvider {
  readonly provider: EnvironmentNames['provider'];
  /** Without a trailing slash; as the provider's own tools take it. Null is the provider's own default. */
  readonly baseUrl: string | null;
  /** Null for providers that need none. */
  readonly secret: string | null;
}

interface MailConfig {
  /** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte on. */
  readonly smtpUrl: string;
  /** The sender, such as `Tollgate <tollgate@example.com>`. */
  readonly from: string;
}

export interface TollgateConfig {
  readonly host: string;
  readonly port: number;
  /** Where browsers reach the console, without a path or a trailing slash. Null: wherever they say they do, over http. */
  readonly publicUrl: string | null;
  /** Null: embedded Postgres in the data directory. */
  readonly databaseUrl: string | null;
  /** Null: jobs on Postgres, limits in the gateway process. */
  readonly redisUrl: string | null;
  /** Absolute. Holds what must survive restarts: embedded database, journal, master key. */
  readonly dataDirectory: string;
  /** 32 bytes that seal provider credentials. Null: the file `master-key` in the data directory. */
  readonly masterKey: Buffer | null;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** Opens `/metrics` to others than loopback. */
  readonly metricsToken: string | null;
  /** Loopback port on which the worker serves its metrics. Null: none. */
  readonly workerMetricsPort: number | null;
  readonly maxBodyBytes: number;
  /** Within which a client must have sent its body. */
  readonly bodyTimeoutMs: number;
  /** Addresses and CIDR ranges whose `x-forwarded-for` is believed. */
  readonly trustedProxies: readonly string[];
  /** How long running requests may take to end after SIGTERM. */
  readonly shutdownTimeoutMs: number;
  readonly upstreamTimeouts: UpstreamTimeouts;
  readonly gatewayRoles: 'inference' | 'admin' | 'all';
  readonly environmentProviders: readonly EnvironmentProvider[];
  /** Null: mails are written to the log. */
  readonly mail: MailConfig | null;
}
