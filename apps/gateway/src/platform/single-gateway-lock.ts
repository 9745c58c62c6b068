import { ADVISORY_LOCKS } from '@tollgate/database';
import pg from 'pg';

const RETRY_MS = 2_000;
/** Postgres may take a while to notice that our old connection is gone; after so many tries it is somebody else's. */
const MAX_TRIES_WHILE_HELD = 8;

export interface SingleGatewayLockOptions {
  readonly databaseUrl: string;
  /** After an outage of Postgres another gateway has the lock, and keeps it: this one must stop admitting. */
  onLost(): void;
}

/**
 * Limits live in the memory of one gateway process, so a second one on the same database would let budgets be spent
 * twice. A session's advisory lock ends with its connection, also after kill -9.
 */
export class SingleGatewayLock {
  private client: pg.Client | null = null;
  private released = false;
  private triesWhileHeld = 0;

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
      if (await tryLock(await this.connect())) {
        this.triesWhileHeld = 0;
        return;
      }
      this.triesWhileHeld++;
    } catch {
      // Postgres is still away
    }
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
    if (this.triesWhileHeld >= MAX_TRIES_WHILE_HELD) this.options.onLost();
    else setTimeout(() => void this.reacquire(), RETRY_MS).unref();
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    ADVISORY_LOCKS.singleGateway,
  ]);
  return rows[0]?.locked === true;
}
