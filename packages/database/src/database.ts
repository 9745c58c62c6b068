import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

import { PrismaClient } from './generated/client.js';
import { ASSUME_LEDGER_ROLE } from './ledger-role.js';

export interface DatabaseOptions {
  /** Connections at most, Prisma and raw SQL together. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Whether connections give up the right to change what must never be changed, where the database lets them. */
  readonly asLedgerRole?: boolean;
  /**
   * After which a query that is not answered fails; by default never. A server that is frozen, or behind a cable that
   * is cut, keeps its connections and says nothing.
   */
  readonly answerTimeoutMs?: number;
  /** Told of connections that break while they are idle; the pool replaces them by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

const DEFAULT_POOL_SIZE = 10;
/** A server that does not answer within this time counts as away, so that callers can fall back. */
const CONNECTION_TIMEOUT_MS = 5_000;

/**
 * The product's database: one pool of connections under both Prisma (control plane) and raw SQL (accounting).
 * Connects lazily, so that a server that is away for the moment stops nobody from starting.
 * `numeric` and `bigint` come back from raw SQL as strings: they must not pass through a JavaScript number.
 */
export class Database {
  private constructor(
    readonly pool: pg.Pool,
    readonly prisma: PrismaClient,
  ) {}

  static connect(url: string, options: DatabaseOptions = {}): Database {
    const pool = new pg.Pool({
      connectionString: url,
      max: options.poolSize ?? DEFAULT_POOL_SIZE,
      application_name: options.applicationName ?? 'tollgate',
      connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
      ...(options.asLedgerRole === true ? { verify: assumeLedgerRole } : {}),
      query_timeout: options.answerTimeoutMs,
    });
    // without listeners a connection that breaks would end the process: one for idle connections, one for those in use
    // (whose queries fail as well)
    pool.on('error', (error) => options.onConnectionLost?.(error));
    pool.on('connect', (client) => client.on('error', () => undefined));
    return new Database(pool, new PrismaClient({ adapter: new PrismaPg(pool) }));
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}

/** Before anybody is given the new connection. */
function assumeLedgerRole(client: pg.PoolClient, done: (error?: Error) => void): void {
  client.query(ASSUME_LEDGER_ROLE).then(
    () => done(),
    (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
  );
}
