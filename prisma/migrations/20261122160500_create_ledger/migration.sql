-- The ledger: double entry per organization, never changed. Hand-written like all accounting: it never reaches the ORM.

CREATE TABLE "ledger_transaction" (
  "id" text PRIMARY KEY,
  "organization_id" text NOT NULL,
  "kind" text NOT NULL CHECK ("kind" IN ('usage', 'payment', 'promotion')),
  "currency" text NOT NULL CHECK ("currency" ~ '^[A-Z]{3}$'),
  "accounting_period" text NOT NULL,
  -- What it was posted for, in words
  "reason" text NOT NULL,
  -- Who posted it: `sealing`, or the id of a management token
  "source" text NOT NULL,
  "idempotency_key" text NOT NULL,
  -- Of usage, the booking minute; else the instant of posting
  "booked_at" timestamptz(3) NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE ("organization_id", "idempotency_key"),
  FOREIGN KEY ("organization_id", "accounting_period") REFERENCES "accounting_period" ("organization_id", "label") ON DELETE RESTRICT
);
CREATE INDEX "ledger_transaction_by_organization" ON "ledger_transaction" ("organization_id", "booked_at" DESC, "id" DESC);
CREATE INDEX "ledger_transaction_by_time" ON "ledger_transaction" ("booked_at" DESC, "id" DESC);

-- Debits are positive, credits negative. What the transaction says is repeated, so that entries are listed by an index.
CREATE TABLE "ledger_entry" (
  "transaction_id" text NOT NULL REFERENCES "ledger_transaction" ("id") ON DELETE RESTRICT,
  "line" smallint NOT NULL,
  "organization_id" text NOT NULL,
  "kind" text NOT NULL,
  "currency" text NOT NULL,
  "accounting_period" text NOT NULL,
  "booked_at" timestamptz(3) NOT NULL,
  "account" text NOT NULL CHECK ("account" IN (
    'prepaid', 'promo', 'receivable', 'accrued', 'revenue', 'breakage', 'cash', 'tax', 'suspense', 'rounding',
    'provider_cost', 'waste', 'provider_payable', 'fx'
  )),
  "amount" numeric(38,12) NOT NULL CHECK ("amount" <> 0),
  PRIMARY KEY ("transaction_id", "line")
);
CREATE INDEX "ledger_entry_by_organization" ON "ledger_entry" ("organization_id", "booked_at" DESC, "transaction_id" DESC, "line" DESC);
CREATE INDEX "ledger_entry_by_account" ON "ledger_entry" ("organization_id", "account", "booked_at" DESC, "transaction_id" DESC, "line" DESC);
CREATE INDEX "ledger_entry_by_time" ON "ledger_entry" ("booked_at" DESC, "transaction_id" DESC, "line" DESC);

-- Balances, projected from the entries by the trigger below: nothing else writes them, and the self-audit adds them up anew
CREATE TABLE "ledger_balance" (
  "organization_id" text NOT NULL,
  "accounting_period" text NOT NULL,
  "kind" text NOT NULL,
  "currency" text NOT NULL,
  "account" text NOT NULL,
  "amount" numeric(38,12) NOT NULL,
  PRIMARY KEY ("organization_id", "accounting_period", "kind", "currency", "account")
) WITH (fillfactor = 70);

CREATE FUNCTION "check_ledger_transactions"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed record;
BEGIN
  SELECT p."organization_id", p."label" INTO closed
  FROM added JOIN "accounting_period" p ON p."organization_id" = added."organization_id" AND p."label" = added."accounting_period"
  WHERE p."state" = 'closed' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'accounting period % of % is closed', closed."label", closed."organization_id" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "ledger_transaction_is_in_an_open_period" AFTER INSERT ON "ledger_transaction"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "check_ledger_transactions"();

CREATE FUNCTION "require_ledger_entries"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "ledger_entry" WHERE "transaction_id" = NEW."id") THEN
    RAISE EXCEPTION 'ledger transaction % has no entries', NEW."id" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER "ledger_transaction_has_entries" AFTER INSERT ON "ledger_transaction"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "require_ledger_entries"();

-- All entries of a transaction come in one statement, so that a whole transaction can be judged when it arrives
CREATE FUNCTION "post_ledger_entries"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wrong text;
BEGIN
  SELECT "transaction_id" INTO wrong FROM added GROUP BY "transaction_id" HAVING sum("amount") <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entries of ledger transaction % do not sum to zero', wrong USING ERRCODE = 'check_violation';
  END IF;
  SELECT given."transaction_id" INTO wrong
  FROM (SELECT "transaction_id", count(*) AS lines FROM added GROUP BY "transaction_id") AS given
  WHERE given.lines <> (SELECT count(*) FROM "ledger_entry" e WHERE e."transaction_id" = given."transaction_id") LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger transaction % has its entries already', wrong USING ERRCODE = 'check_violation';
  END IF;
  SELECT added."transaction_id" INTO wrong
  FROM added JOIN "ledger_transaction" t ON t."id" = added."transaction_id"
  WHERE (t."organization_id", t."kind", t."currency", t."accounting_period", t."booked_at")
    <> (added."organization_id", added."kind", added."currency", added."accounting_period", added."booked_at") LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entries of ledger transaction % say something else than it does', wrong USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO "ledger_balance" AS b ("organization_id", "accounting_period", "kind", "currency", "account", "amount")
    SELECT "organization_id", "accounting_period", "kind", "currency", "account", sum("amount")
    FROM added GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT ("organization_id", "accounting_period", "kind", "currency", "account")
    DO UPDATE SET "amount" = b."amount" + excluded."amount";
  RETURN NULL;
END $$;
CREATE TRIGGER "ledger_entry_is_posted" AFTER INSERT ON "ledger_entry"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "post_ledger_entries"();

CREATE TRIGGER "ledger_transaction_is_immutable" BEFORE UPDATE OR DELETE ON "ledger_transaction" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "ledger_transaction_is_not_emptied" BEFORE TRUNCATE ON "ledger_transaction" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "ledger_entry_is_immutable" BEFORE UPDATE OR DELETE ON "ledger_entry" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "ledger_entry_is_not_emptied" BEFORE TRUNCATE ON "ledger_entry" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Booking minutes before this instant are in the ledger: usage is booked at it or later, whatever the clock says
CREATE TABLE "usage_sealing" (
  "organization_id" text PRIMARY KEY,
  "sealed_before" timestamptz(0) NOT NULL
) WITH (fillfactor = 50);

-- Accruals come and go within minutes
ALTER TABLE "usage_accrual" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Events lie in the order in which they were booked: what was booked since an instant is found by a few pages
CREATE INDEX "usage_event_by_booking" ON "usage_event" USING brin ("booked_at") WITH (pages_per_range = 32);
CREATE INDEX "usage_event_unpriced" ON "usage_event" ("organization_id", "accounting_period") WHERE "rating_state" = 'unpriced';

-- What the books were found to be
CREATE TABLE "self_audit" (
  "id" text PRIMARY KEY,
  "extent" text NOT NULL CHECK ("extent" IN ('recent', 'full')),
  "state" text NOT NULL CHECK ("state" IN ('requested', 'running', 'green', 'red', 'failed')),
  "requested_by" text NOT NULL,
  "requested_at" timestamptz(3) NOT NULL DEFAULT now(),
  "started_at" timestamptz(3),
  "finished_at" timestamptz(3),
  "checks" jsonb NOT NULL DEFAULT '[]',
  "findings" jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX "self_audit_unfinished" ON "self_audit" ("id") WHERE "state" IN ('requested', 'running');
