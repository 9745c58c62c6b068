-- What somebody has to look at: things that are booked and may be wrong, and what could not be booked. Each is raised once
-- for its subject, and stays open until somebody says what came of it.
CREATE TABLE "review_item" (
  "id" text PRIMARY KEY,
  "kind" text NOT NULL CHECK ("kind" IN (
    'gateway_crashed', 'overrun', 'rating_mismatch', 'unpriced', 'expired_hold', 'overdraft', 'price_difference',
    'provider_cost_drift', 'ledger_refused'
  )),
  -- Request (`req_…`), model (`provider/model`), organization, …: what it is about, by kind
  "subject" text NOT NULL,
  "organization_id" text REFERENCES "organization" ("id") ON DELETE RESTRICT,
  -- USD at stake, where it is known
  "amount" numeric(38,12),
  "details" jsonb NOT NULL DEFAULT '{}',
  "state" text NOT NULL DEFAULT 'open' CHECK ("state" IN ('open', 'resolved')),
  "opened_at" timestamptz(3) NOT NULL DEFAULT now(),
  "resolved_at" timestamptz(3),
  "resolved_by" text,
  "resolution" text,
  UNIQUE ("kind", "subject"),
  CHECK (("state" = 'resolved') = ("resolved_at" IS NOT NULL))
);
CREATE INDEX "review_item_open" ON "review_item" ("opened_at" DESC, "id" DESC) WHERE "state" = 'open';
CREATE INDEX "review_item_by_time" ON "review_item" ("opened_at" DESC, "id" DESC);

ALTER TABLE "usage_quarantine" ADD COLUMN "resolved_by" text;
ALTER TABLE "usage_quarantine" ADD COLUMN "resolution" text;
