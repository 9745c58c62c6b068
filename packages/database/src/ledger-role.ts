import type pg from 'pg';

/**
 * The role in which gateway and worker speak to the database. It may write everything but change what must never be
 * changed: triggers forbid that as well, but whoever owns a table can disable its triggers.
 */
const LEDGER_ROLE = 'tollgate_ledger';

/** Rows that are added, and never changed or deleted. */
const APPEND_ONLY_TABLES = [
  'ledger_transaction',
  'ledger_entry',
  'usage_event',
  'rated_line',
  'grant_allocation',
  'grant_charge',
  'credit_grant',
  'accounting_period_closing',
  'price_book_snapshot',
  'audit_log_entry',
  'alert',
];

/**
 * Roles belong to the whole server and are not in a backup of the database, so this is looked after at each start, not in
 * a migration. A user who may not create roles, or not join this one, goes on without: the triggers stay.
 */
const PREPARE = `
DO $$
DECLARE
  wanted record;
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${LEDGER_ROLE}') THEN
      CREATE ROLE ${LEDGER_ROLE} NOLOGIN;
      EXECUTE format('GRANT ${LEDGER_ROLE} TO %I', session_user); -- who creates a role may not use it by that alone
    ELSIF NOT pg_has_role('${LEDGER_ROLE}', 'MEMBER') THEN
      EXECUTE format('GRANT ${LEDGER_ROLE} TO %I', session_user);
    END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- somebody else has just created it
  END;
  IF NOT has_schema_privilege('${LEDGER_ROLE}', 'public', 'USAGE') THEN
    GRANT USAGE ON SCHEMA public TO ${LEDGER_ROLE};
  END IF;
  FOR wanted IN
    SELECT c.oid::regclass AS "table",
           CASE WHEN c.relname = ANY(ARRAY['${APPEND_ONLY_TABLES.join("', '")}']) THEN 'SELECT, INSERT'
                ELSE 'SELECT, INSERT, UPDATE, DELETE' END AS privileges
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname <> '_prisma_migrations' AND NOT has_table_privilege('${LEDGER_ROLE}', c.oid, 'INSERT')
  LOOP
    EXECUTE format('GRANT %s ON %s TO ${LEDGER_ROLE}', wanted.privileges, wanted."table");
  END LOOP;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
  NULL;
END $$`;

/** Creates the role with its privileges, as far as the connected user may. */
export async function prepareLedgerRole(client: pg.Client): Promise<void> {
  await client.query(PREPARE);
}

/** Only when every privilege is there: half of a role would make half of the product fail. */
export const ASSUME_LEDGER_ROLE = `
DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname <> '_prisma_migrations' AND NOT has_table_privilege('${LEDGER_ROLE}', c.oid, 'INSERT')
  ) THEN
    SET ROLE ${LEDGER_ROLE};
  END IF;
EXCEPTION WHEN undefined_object OR invalid_parameter_value OR insufficient_privilege THEN
  NULL;
END $$`;

/** Whether the pool's connections speak as the role. */
export async function hasLedgerRole(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ is: boolean }>(`SELECT current_user = '${LEDGER_ROLE}' AS is`);
  return rows[0]?.is === true;
}
