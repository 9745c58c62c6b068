import { ADVISORY_LOCKS } from '@tollgate/database';
import pg from 'pg';

const RETRY_MS = 2_000;

export interface SingleGatewayLockOptions {
  readonly databaseUrl: string;
  /**
   * Back from an outage, the lock is somebody else's. When that lasts, another gateway has started: both admit then,
   * and budgets are not hard.
   */
  onHeldElsewhere(): void;
}

/**
 * Limits live in the memory of one gateway process, so a second one on the same database would let budgets be spent
 * twice. A session's advisory lock ends with its connection, also after kill -9.
 */
export class SingleGatewayLock {
  private client: pg.Client | null = null;
  private released = false;

  constructor(private readonly options: SingleGatewayLockOptions) {}

  /** Whether this gateway is the only one. A predecessor that is just going away is waited for. */
  async acquire(patienceMs: number): Promise<boolean> {
    const client = await this.connect();
    for (const deadline = Date.now() + patienceMs; ;) {
      if (await tryLock(client)) return true;
      if (Date.now() >= deadline) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await this.release();
    return false;
  }

  async release(): Promise<void> {
    this.released = true;
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      application_name: 'tollgate-gateway-lock',
      keepAlive: true,
    });
    const lost = (): void => {
      if (this.client !== client || this.released) return;
      this.client = null;
      setTimeout(() => void this.reacquire(), RETRY_MS).unref();
    };
    client.on('error', lost);
    client.on('end', lost);
    this.client = client;
    await client.connect();
    return client;
  }

  private async reacquire(): Promise<void> {
    if (this.released) return;
    try {
      if (await tryLock(await this.connect())) return;
      // Postgres may not have noticed yet that our old connection is gone: then this passes with one of the next tries
      this.options.onHeldElsewhere();
    } catch {
      // Postgres is still away
    }
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
    setTimeout(() => void this.reacquire(), RETRY_MS).unref();
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    ADVISORY_LOCKS.singleGateway,
  ]);
  return rows[0]?.locked === true;
}
