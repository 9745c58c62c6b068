import type pg from 'pg';

export interface CancellableStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Postgres gives up after so long. */
  readonly timeoutMs: number;
  /** Ends the statement in Postgres when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
}

type Backend = pg.PoolClient & { readonly processID?: number | null };

/** Runs one read-only statement in a transaction of its own, with a snapshot of its own. */
export async function cancellableQuery<Row extends object>(
  pool: pg.Pool,
  { text, values, timeoutMs, signal }: CancellableStatement,
): Promise<Row[]> {
  signal?.throwIfAborted();
  const client: Backend = await pool.connect();
  let broken: Error | undefined;
  const cancel = (): void => {
    // a second connection, as Postgres demands; whether it comes in time makes no difference to anybody
    void pool.query('SELECT pg_cancel_backend($1)', [client.processID]).catch(() => undefined);
  };
  try {
    await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${timeoutMs}`);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', cancel, { once: true });
    const { rows } = await client.query<Row>(text, [...values]);
    signal?.removeEventListener('abort', cancel);
    await client.query('COMMIT');
    return rows;
  } catch (error) {
    signal?.removeEventListener('abort', cancel);
    await client.query('ROLLBACK').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
