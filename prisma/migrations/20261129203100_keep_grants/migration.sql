-- Credit by its grants: what each may be spent on first, until when, and which request spent how much of it. And the
-- ledger's further kinds and accounts. Hand-written like all accounting.

-- What an organization was credited with. `prepaid` is money that it paid, and stands in the ledger as what we owe it;
-- `promo` was given away, and comes into the ledger when it is used.
CREATE TABLE "credit_grant" (
  "id" text PRIMARY KEY,
  "organization_id" text NOT NULL REFERENCES "organization" ("id") ON DELETE RESTRICT,
  "account" text NOT NULL CHECK ("account" IN ('prepaid', 'promo')),
  "origin" text NOT NULL CHECK ("origin" IN ('payment', 'promotion', 'plan', 'adjustment', 'opening')),
  "currency" text NOT NULL CHECK ("currency" ~ '^[A-Z]{3}$'),
  "amount" numeric(38,12) NOT NULL CHECK ("amount" > 0),
  -- Lower is spent first; then the earlier expiry, then the elder
  "priority" smallint NOT NULL,
  "effective_from" timestamptz(3) NOT NULL,
  "expires_at" timestamptz(3),
  "reason" text NOT NULL,
  -- Who gave it: id of a token or user, `sign-up`, `plan`, `opening`
  "source" text NOT NULL,
  "idempotency_key" text NOT NULL,
  -- Of `prepaid`, the transaction that brought the money
  "transaction_id" text REFERENCES "ledger_transaction" ("id") ON DELETE RESTRICT,
  "accounting_period" text NOT NULL,
  "booked_at" timestamptz(3) NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE ("organization_id", "idempotency_key"),
  CHECK ("expires_at" IS NULL OR "expires_at" > "effective_from"),
  FOREIGN KEY ("organization_id", "accounting_period") REFERENCES "accounting_period" ("organization_id", "label") ON DELETE RESTRICT
);
CREATE INDEX "credit_grant_by_organization" ON "credit_grant" ("organization_id", "booked_at" DESC, "id" DESC);

-- What is left of each grant: a projection of its allocations and charges, written with them
CREATE TABLE "credit_grant_balance" (
  "grant_id" text PRIMARY KEY REFERENCES "credit_grant" ("id") ON DELETE RESTRICT,
  "organization_id" text NOT NULL,
  "amount" numeric(38,12) NOT NULL,
  "remaining" numeric(38,12) NOT NULL,
  CHECK ("remaining" >= 0 AND "remaining" <= "amount")
) WITH (fillfactor = 50);
CREATE INDEX "credit_grant_balance_left" ON "credit_grant_balance" ("organization_id") WHERE "remaining" > 0;

-- What a usage event took from a grant; negative when a correction gives it back. What no grant paid is the receivable's.
CREATE TABLE "grant_allocation" (
  "request_id" uuid NOT NULL,
  "part" smallint NOT NULL,
  "revision" smallint NOT NULL,
  -- The order in which it was taken, from 0; a correction goes on counting where its predecessor ended
  "line" smallint NOT NULL,
  "organization_id" text NOT NULL,
  "grant_id" text NOT NULL,
  "account" text NOT NULL CHECK ("account" IN ('prepaid', 'promo')),
  "amount" numeric(38,12) NOT NULL CHECK ("amount" <> 0),
  "booked_at" timestamptz(3) NOT NULL,
  PRIMARY KEY ("request_id", "part", "revision", "line")
) PARTITION BY RANGE ("request_id");
CREATE INDEX "grant_allocation_by_grant" ON "grant_allocation" ("grant_id", "request_id");
CREATE TRIGGER "grant_allocation_is_immutable" BEFORE UPDATE OR DELETE ON "grant_allocation" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "grant_allocation_is_not_emptied" BEFORE TRUNCATE ON "grant_allocation" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- What something else than usage took from a grant: a plan's fee, a refund, an adjustment, a revocation
CREATE TABLE "grant_charge" (
  -- Id of the ledger transaction, or of the posting by hand where there is none
  "source_id" text NOT NULL,
  "line" smallint NOT NULL,
  "organization_id" text NOT NULL,
  "grant_id" text NOT NULL REFERENCES "credit_grant" ("id") ON DELETE RESTRICT,
  "account" text NOT NULL CHECK ("account" IN ('prepaid', 'promo')),
  "amount" numeric(38,12) NOT NULL CHECK ("amount" <> 0),
  "booked_at" timestamptz(3) NOT NULL,
  PRIMARY KEY ("source_id", "line")
);
CREATE INDEX "grant_charge_by_grant" ON "grant_charge" ("grant_id");

DO $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['credit_grant', 'grant_charge'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION "refuse_change"()', kept || '_is_immutable', kept);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"()', kept || '_is_not_emptied', kept);
  END LOOP;
END $$;

-- One row for each organization whose credit is kept by grants; whoever finds none opens it from the ledger, under the
-- organization's lock. `captured` is what first revisions were billed, all of them: it never falls, so that a gateway that
-- counts captures can compare. Corrections are not in it.
CREATE TABLE "organization_funding" (
  "organization_id" text PRIMARY KEY REFERENCES "organization" ("id") ON DELETE RESTRICT,
  "captured" numeric(38,12) NOT NULL CHECK ("captured" >= 0)
) WITH (fillfactor = 50);

-- How the charge of an event was paid; the rest of `billed_cost` is the receivable's. Of events from before grants, 0.
ALTER TABLE "usage_event" ADD COLUMN "prepaid_cost" numeric(38,12) NOT NULL DEFAULT 0;
ALTER TABLE "usage_event" ADD COLUMN "promo_cost" numeric(38,12) NOT NULL DEFAULT 0;

-- Accruals of further kinds: `correction`, and `expiry`, which takes back what was booked ahead for the day a grant
-- expires. `effective_at` is when the entries count: of most the booking minute (`-infinity` stands for it).
ALTER TABLE "usage_accrual" ADD COLUMN "kind" text NOT NULL DEFAULT 'usage' CHECK ("kind" IN ('usage', 'correction', 'expiry'));
ALTER TABLE "usage_accrual" ADD COLUMN "effective_at" timestamptz(3) NOT NULL DEFAULT '-infinity';
ALTER TABLE "usage_accrual" DROP CONSTRAINT "usage_accrual_pkey";
ALTER TABLE "usage_accrual" ADD PRIMARY KEY ("organization_id", "booking_minute", "accounting_period", "kind", "effective_at", "account");
ALTER TABLE "usage_accrual" DROP CONSTRAINT "usage_accrual_account_check";
ALTER TABLE "usage_accrual" ADD CONSTRAINT "usage_accrual_account_check" CHECK ("account" IN (
  'receivable', 'prepaid', 'promo', 'revenue', 'breakage', 'provider_cost', 'waste', 'provider_payable'
));

ALTER TABLE "ledger_transaction" DROP CONSTRAINT "ledger_transaction_kind_check";
ALTER TABLE "ledger_transaction" ADD CONSTRAINT "ledger_transaction_kind_check" CHECK ("kind" IN (
  'usage', 'correction', 'expiry', 'payment', 'promotion', 'refund', 'adjustment', 'write_off', 'platform_fee', 'opening'
));
-- `write_off`: what is owed and will not be paid
ALTER TABLE "ledger_entry" DROP CONSTRAINT "ledger_entry_account_check";
ALTER TABLE "ledger_entry" ADD CONSTRAINT "ledger_entry_account_check" CHECK ("account" IN (
  'prepaid', 'promo', 'receivable', 'accrued', 'revenue', 'breakage', 'cash', 'tax', 'suspense', 'rounding',
  'provider_cost', 'waste', 'provider_payable', 'fx', 'write_off'
));

-- What a person posts. Above the installation's threshold it waits for a second one.
CREATE TABLE "manual_posting" (
  "id" text PRIMARY KEY,
  "organization_id" text NOT NULL REFERENCES "organization" ("id") ON DELETE RESTRICT,
  "kind" text NOT NULL CHECK ("kind" IN ('payment', 'promotion', 'refund', 'adjustment', 'write_off', 'revocation')),
  -- Above zero; an adjustment below zero charges the organization
  "amount" numeric(38,12) NOT NULL CHECK ("amount" <> 0),
  "currency" text NOT NULL CHECK ("currency" ~ '^[A-Z]{3}$'),
  "reason" text NOT NULL,
  -- Of what gives credit
  "priority" smallint NOT NULL,
  "expires_at" timestamptz(3),
  -- Of a revocation: the grant that ends
  "grant_id" text REFERENCES "credit_grant" ("id") ON DELETE RESTRICT,
  "idempotency_key" text NOT NULL,
  "state" text NOT NULL CHECK ("state" IN ('pending', 'posted', 'rejected')),
  "requested_by" text NOT NULL,
  "requested_at" timestamptz(3) NOT NULL DEFAULT now(),
  "decided_by" text,
  "decided_at" timestamptz(3),
  "decision_reason" text,
  -- What came of it; a promotion and its revocation have no transaction
  "transaction_id" text REFERENCES "ledger_transaction" ("id") ON DELETE RESTRICT,
  "credit_grant_id" text REFERENCES "credit_grant" ("id") ON DELETE RESTRICT,
  UNIQUE ("organization_id", "idempotency_key"),
  CHECK ("amount" > 0 OR "kind" = 'adjustment'),
  CHECK (("state" = 'pending') = ("decided_at" IS NULL))
);
CREATE INDEX "manual_posting_by_organization" ON "manual_posting" ("organization_id", "requested_at" DESC, "id" DESC);
CREATE INDEX "manual_posting_pending" ON "manual_posting" ("requested_at") WHERE "state" = 'pending';
CREATE FUNCTION "refuse_posting_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."state" = 'pending' AND NEW."state" <> 'pending'
    AND (to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at', 'decision_reason', 'transaction_id', 'credit_grant_id'])
      = (to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at', 'decision_reason', 'transaction_id', 'credit_grant_id']) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a posting by hand is decided once, and never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "manual_posting_is_decided_once" BEFORE UPDATE ON "manual_posting" FOR EACH ROW EXECUTE FUNCTION "refuse_posting_change"();
CREATE TRIGGER "manual_posting_is_kept" BEFORE DELETE ON "manual_posting" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "manual_posting_is_not_emptied" BEFORE TRUNCATE ON "manual_posting" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Balances as of an instant read entries by account in the order of their instants
CREATE INDEX "ledger_entry_as_of" ON "ledger_entry" ("organization_id", "booked_at", "account") INCLUDE ("amount", "kind");
