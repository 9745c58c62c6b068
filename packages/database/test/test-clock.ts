import type pg from 'pg';

/**
 * Lets a test move the database's clock, forwards and backwards: the product's statements find this schema's functions
 * before Postgres' own. Holds for connections that are made afterwards.
 */
export async function installTestClock(pool: pg.Pool): Promise<void> {
  const clock = 'RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT at FROM test_clock.clock $$';
  await pool.query(`
    CREATE SCHEMA test_clock;
    CREATE TABLE test_clock.clock (at timestamptz NOT NULL);
    INSERT INTO test_clock.clock VALUES (now());
    CREATE FUNCTION test_clock.now() ${clock};
    CREATE FUNCTION test_clock.statement_timestamp() ${clock};
    GRANT USAGE ON SCHEMA test_clock TO public;
    GRANT SELECT ON test_clock.clock TO public;
    DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET search_path = test_clock, pg_catalog, public', current_database());
    END $$`);
}

export async function setTestClock(pool: pg.Pool, at: number): Promise<void> {
  await pool.query('UPDATE test_clock.clock SET at = $1', [new Date(at)]);
}
