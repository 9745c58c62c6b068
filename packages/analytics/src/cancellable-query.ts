import pg from 'pg';

export interface CancellableStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Postgres gives up after so long. */
  readonly timeoutMs: number;
  /** Ends the statement in Postgres when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
}

/** What Postgres itself needs to say that it has given up, before it counts as frozen. */
const GRACE_MS = 5_000;

type Backend = pg.PoolClient & { readonly processID?: number | null };
/** The types do not know that a query may be given longer than its pool allows. */
type PatientQuery = pg.QueryConfig & { readonly query_timeout: number };

/** Runs one read-only statement in a transaction of its own, with a snapshot of its own. */
export async function cancellableQuery<Row extends object>(
  pool: pg.Pool,
  { text, values, timeoutMs, signal }: CancellableStatement,
): Promise<Row[]> {
  signal?.throwIfAborted();
  const client: Backend = await pool.connect();
  const patient: PatientQuery = { text, values: [...values], query_timeout: timeoutMs + GRACE_MS };
  let broken = false;
  const cancel = (): void => {
    // a second connection, as Postgres demands. It may come after the statement has ended, so that this connection is
    // closed and never lent to anybody whose query would be cancelled instead
    broken = true;
    void pool.query('SELECT pg_cancel_backend($1)', [client.processID]).catch(() => undefined);
  };
  try {
    await client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${timeoutMs}`);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', cancel, { once: true });
    const { rows } = await client.query<Row>(patient);
    await client.query('COMMIT');
    return rows;
  } catch (error) {
    // without a word from Postgres nobody knows what the backend does: it may well go on with the statement
    if (!(error instanceof pg.DatabaseError)) cancel();
    if (!broken) await client.query('ROLLBACK').catch(() => (broken = true));
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    client.release(broken);
  }
}
