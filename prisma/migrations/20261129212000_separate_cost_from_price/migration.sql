-- What we pay and what we charge are found apart: the price of a rated line is the one that was billed, its cost price the
-- one of the provider's list. Lines from before have neither: there `price_id` chose both.
ALTER TABLE "rated_line" ADD COLUMN "cost_price_id" text;
ALTER TABLE "rated_line" ADD COLUMN "markup_basis_points" integer;

-- The catalogue's name for the model, under which its prices were looked up; NULL in events from before it was kept
ALTER TABLE "usage_event" ADD COLUMN "priced_model" text;
-- Unpriced usage is listed by what has no price
ALTER TABLE "usage_event" ADD COLUMN "unpriced_meters" text[] NOT NULL DEFAULT '{}';
CREATE INDEX "usage_event_unpriced_by_time" ON "usage_event" ("occurred_at") WHERE "rating_state" = 'unpriced';

-- Markups and discounts for a part of what is used; '*' is any. Like prices they belong to a range of the book's published
-- states, and are never changed.
CREATE TABLE "price_rule" (
  "id" text PRIMARY KEY,
  "price_book_id" text NOT NULL REFERENCES "price_book" ("id") ON DELETE RESTRICT,
  "provider" text NOT NULL DEFAULT '*',
  "model" text NOT NULL DEFAULT '*',
  "meter" text NOT NULL DEFAULT '*',
  "service_tier" text NOT NULL DEFAULT '*',
  "region" text NOT NULL DEFAULT '*',
  "basis_points" integer NOT NULL CHECK ("basis_points" >= -10000),
  "introduced_in" integer NOT NULL,
  "retired_in" integer,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  CHECK ("retired_in" IS NULL OR "introduced_in" < "retired_in"),
  CONSTRAINT "price_rule_does_not_repeat" EXCLUDE USING gist (
    "price_book_id" WITH =,
    "provider" WITH =,
    "model" WITH =,
    "meter" WITH =,
    "service_tier" WITH =,
    "region" WITH =,
    int4range("introduced_in", "retired_in") WITH &&
  )
);
CREATE TRIGGER "price_rule_is_immutable" BEFORE UPDATE ON "price_rule" FOR EACH ROW EXECUTE FUNCTION "refuse_price_change"();
CREATE TRIGGER "price_rule_is_kept" BEFORE DELETE ON "price_rule" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "price_rule_is_not_emptied" BEFORE TRUNCATE ON "price_rule" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
