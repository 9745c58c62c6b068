-- What keeping credit by grants needs beside the grants.

-- When the credit of an organization began to be kept by grants, and what had been captured by then: since, `captured` is
-- that and the first revisions booked.
ALTER TABLE "organization_funding" ADD COLUMN "opened_at" timestamptz(3) NOT NULL DEFAULT now();
ALTER TABLE "organization_funding" ADD COLUMN "opened_with" numeric(38,12) NOT NULL DEFAULT 0;

-- The accounting period that a use of credit was booked into: months are reported by it
ALTER TABLE "grant_allocation" ADD COLUMN "accounting_period" text NOT NULL;
ALTER TABLE "grant_charge" ADD COLUMN "accounting_period" text NOT NULL;

-- From when credit that was posted by hand may be spent; as a rule from when it is posted. Usage that occurred before is
-- not paid from it.
ALTER TABLE "manual_posting" ADD COLUMN "effective_from" timestamptz(3);

-- Without a condition on what is left: rows change with every batch of usage, and stay on their page when no index says
-- anything of the amount
DROP INDEX "credit_grant_balance_left";
CREATE INDEX "credit_grant_balance_by_organization" ON "credit_grant_balance" ("organization_id");

-- Who closed a period, and what was looked at
CREATE TABLE "accounting_period_closing" (
  "organization_id" text NOT NULL,
  "accounting_period" text NOT NULL,
  "closed_by" text NOT NULL,
  "closed_at" timestamptz(3) NOT NULL DEFAULT now(),
  "checklist" jsonb NOT NULL,
  PRIMARY KEY ("organization_id", "accounting_period"),
  FOREIGN KEY ("organization_id", "accounting_period") REFERENCES "accounting_period" ("organization_id", "label") ON DELETE RESTRICT
);
CREATE TRIGGER "accounting_period_closing_is_immutable" BEFORE UPDATE OR DELETE ON "accounting_period_closing" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "accounting_period_closing_is_not_emptied" BEFORE TRUNCATE ON "accounting_period_closing" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
