-- Usage: what the gateways forwarded, what the worker made of it, and the sums that charts, budgets and invoices read.
-- Hand-written: these tables are partitioned, written by unnest in one transaction per batch, and never reach the ORM.

-- Events as the gateways' journals hold them, until the worker has booked them. `lane` = hash of the organization, so that
-- two workers never book the same organization at once. Text, not jsonb: whatever arrives must be kept.
CREATE TABLE "usage_inbox" (
  "lane" smallint NOT NULL,
  "request_id" uuid NOT NULL,
  "part" smallint NOT NULL,
  "revision" smallint NOT NULL,
  "payload" text NOT NULL,
  "received_at" timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY ("request_id", "part", "revision")
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000);

-- Payloads that cannot be booked; they stop no batch, but they block the close of a month.
CREATE TABLE "usage_quarantine" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "digest" bytea NOT NULL UNIQUE,
  "payload" text NOT NULL,
  "reason" text NOT NULL,
  "attempts" integer NOT NULL DEFAULT 1,
  "first_seen_at" timestamptz(3) NOT NULL DEFAULT now(),
  "last_seen_at" timestamptz(3) NOT NULL DEFAULT now(),
  "resolved_at" timestamptz(3)
);
CREATE INDEX "usage_quarantine_unresolved" ON "usage_quarantine" ("id") WHERE "resolved_at" IS NULL;

-- The immutable facts. Partitioned by the request's own UUIDv7 (its instant): a partition key on the time beside the id
-- would let one request in twice.
CREATE TABLE "usage_event" (
  "request_id" uuid NOT NULL,
  "part" smallint NOT NULL,
  "revision" smallint NOT NULL,
  "organization_id" text NOT NULL,
  "project_id" text NOT NULL,
  "api_key_id" text NOT NULL,
  "member_id" text,
  "end_user" text,
  "tags" text[] NOT NULL,
  "occurred_at" timestamptz(3) NOT NULL,
  "accounting_period" text NOT NULL,
  "booked_at" timestamptz(3) NOT NULL DEFAULT now(),
  "gateway_id" text NOT NULL,
  "endpoint" text NOT NULL,
  "surface" text NOT NULL,
  "requested_model" text NOT NULL,
  "served_model" text,
  "provider" text,
  "upstream_model" text,
  "deployment_id" text,
  "region" text,
  "service_tier" text NOT NULL,
  "credential_owner" text CHECK ("credential_owner" IN ('operator', 'organization')),
  "simulated" boolean NOT NULL,
  "stream" boolean NOT NULL,
  "outcome" text NOT NULL,
  "error_code" text,
  "status" smallint NOT NULL,
  "usage" jsonb NOT NULL,
  "usage_source" text NOT NULL CHECK ("usage_source" IN ('reported', 'recovered', 'estimated', 'none')),
  "input_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "cache_read_tokens" bigint NOT NULL,
  "price_snapshot_id" text,
  "rating_state" text NOT NULL CHECK ("rating_state" IN ('rated', 'unpriced', 'none')),
  "charge" text NOT NULL CHECK ("charge" IN ('customer', 'waste', 'none')),
  "provider_cost" numeric(38,12) NOT NULL,
  "list_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  "provider_reported_cost" numeric(38,12),
  "captured_cost" numeric(38,12),
  "hold" numeric(38,12) NOT NULL,
  "attempts" jsonb NOT NULL,
  "admitted_ms" double precision NOT NULL,
  "dispatched_ms" double precision,
  "first_token_ms" double precision,
  "total_ms" double precision NOT NULL,
  PRIMARY KEY ("request_id", "part", "revision")
) PARTITION BY RANGE ("request_id");

CREATE INDEX "usage_event_by_organization" ON "usage_event" ("organization_id", "occurred_at" DESC, "request_id" DESC);
CREATE INDEX "usage_event_by_key" ON "usage_event" ("api_key_id", "occurred_at" DESC, "request_id" DESC);
CREATE INDEX "usage_event_by_model" ON "usage_event" ("organization_id", "requested_model", "occurred_at" DESC, "request_id" DESC);
-- A query uses it only when it says `outcome <> 'success'`
CREATE INDEX "usage_event_failed" ON "usage_event" ("organization_id", "occurred_at" DESC, "request_id" DESC) WHERE "outcome" <> 'success';

-- Usage × price: a row per meter, with the price as it was
CREATE TABLE "rated_line" (
  "request_id" uuid NOT NULL,
  "part" smallint NOT NULL,
  "revision" smallint NOT NULL,
  "line" smallint NOT NULL,
  "organization_id" text NOT NULL,
  "meter" text NOT NULL,
  "quantity" bigint NOT NULL,
  "price_id" text NOT NULL,
  "priced_as" text NOT NULL,
  "unit_amount" numeric(38,12) NOT NULL,
  "per" integer NOT NULL,
  "provider_cost" numeric(38,12) NOT NULL,
  "list_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  PRIMARY KEY ("request_id", "part", "revision", "line")
) PARTITION BY RANGE ("request_id");

CREATE TRIGGER "usage_event_is_immutable" BEFORE UPDATE OR DELETE ON "usage_event" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "usage_event_is_not_emptied" BEFORE TRUNCATE ON "usage_event" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "rated_line_is_immutable" BEFORE UPDATE OR DELETE ON "rated_line" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "rated_line_is_not_emptied" BEFORE TRUNCATE ON "rated_line" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Usage money before it is sealed into the ledger. Debits are positive, credits negative: each minute of each
-- organization sums to zero.
CREATE TABLE "usage_accrual" (
  "organization_id" text NOT NULL,
  "booking_minute" timestamptz(0) NOT NULL,
  "accounting_period" text NOT NULL,
  "account" text NOT NULL CHECK ("account" IN ('receivable', 'prepaid', 'revenue', 'provider_cost', 'waste', 'provider_payable')),
  "amount" numeric(38,12) NOT NULL,
  PRIMARY KEY ("organization_id", "booking_minute", "accounting_period", "account")
) WITH (fillfactor = 70);

-- Histograms of milliseconds are mergeable: first the numbers of the buckets, ascending, then as many counts. Bucket 0
-- holds up to 1 ms, bucket k up to 1.04^k.
CREATE FUNCTION "merge_histograms"(a integer[], b integer[]) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF cardinality(b) = 0 THEN RETURN a; END IF;
  IF cardinality(a) = 0 THEN RETURN b; END IF;
  IF a[1:cardinality(a) / 2] = b[1:cardinality(b) / 2] AND cardinality(a) = 2 THEN RETURN ARRAY[a[1], a[2] + b[2]]; END IF;
  RETURN (
    SELECT coalesce(array_agg(bucket ORDER BY bucket) || array_agg(total ORDER BY bucket), '{}')
    FROM (
      SELECT bucket, sum(occurrences)::integer AS total
      FROM (
        SELECT * FROM unnest(a[1:cardinality(a) / 2], a[cardinality(a) / 2 + 1:]) AS left_side(bucket, occurrences)
        UNION ALL
        SELECT * FROM unnest(b[1:cardinality(b) / 2], b[cardinality(b) / 2 + 1:]) AS right_side(bucket, occurrences)
      ) AS both_sides
      GROUP BY bucket
      HAVING sum(occurrences) <> 0
    ) AS merged
  );
END $$;

CREATE AGGREGATE "histogram_sum"(integer[]) (
  SFUNC = "merge_histograms", STYPE = integer[], INITCOND = '{}', COMBINEFUNC = "merge_histograms", PARALLEL = SAFE
);

-- Rollups, each cut by what it is read for. `model` is the model that the client named, `provider` who served it; both
-- are '' for a request that was never routed. Days are the organization's own, hours are UTC.
CREATE TABLE "usage_day" (
  "organization_id" text NOT NULL,
  "day" date NOT NULL,
  "accounting_period" text NOT NULL,
  "project_id" text NOT NULL,
  "model" text NOT NULL,
  "provider" text NOT NULL,
  "outcome" text NOT NULL,
  "requests" bigint NOT NULL,
  "errors" bigint NOT NULL,
  "input_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "cache_read_tokens" bigint NOT NULL,
  "provider_cost" numeric(38,12) NOT NULL,
  "list_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  "latency" integer[] NOT NULL,
  "first_token" integer[] NOT NULL,
  PRIMARY KEY ("organization_id", "day", "accounting_period", "project_id", "model", "provider", "outcome")
) WITH (fillfactor = 50);

CREATE TABLE "usage_hour" (
  "organization_id" text NOT NULL,
  "hour" timestamptz(0) NOT NULL,
  "model" text NOT NULL,
  "provider" text NOT NULL,
  "outcome" text NOT NULL,
  "requests" bigint NOT NULL,
  "errors" bigint NOT NULL,
  "input_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "cache_read_tokens" bigint NOT NULL,
  "provider_cost" numeric(38,12) NOT NULL,
  "list_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  "latency" integer[] NOT NULL,
  "first_token" integer[] NOT NULL,
  PRIMARY KEY ("organization_id", "hour", "model", "provider", "outcome")
) WITH (fillfactor = 50);

-- A request counts once in each scope that it has, and once for each of its tags: sums over tags mean nothing.
CREATE TABLE "spend_day" (
  "organization_id" text NOT NULL,
  "day" date NOT NULL,
  "accounting_period" text NOT NULL,
  "scope" text NOT NULL CHECK ("scope" IN ('api_key', 'member', 'end_user', 'tag')),
  "scope_id" text NOT NULL,
  "requests" bigint NOT NULL,
  "errors" bigint NOT NULL,
  "input_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "cache_read_tokens" bigint NOT NULL,
  "provider_cost" numeric(38,12) NOT NULL,
  "list_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  PRIMARY KEY ("organization_id", "day", "accounting_period", "scope", "scope_id")
) WITH (fillfactor = 70);

CREATE TABLE "deployment_hour" (
  "deployment_id" text NOT NULL,
  "hour" timestamptz(0) NOT NULL,
  "outcome" text NOT NULL,
  "provider" text NOT NULL,
  "upstream_model" text NOT NULL,
  "requests" bigint NOT NULL,
  "errors" bigint NOT NULL,
  "input_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "cache_read_tokens" bigint NOT NULL,
  "provider_cost" numeric(38,12) NOT NULL,
  "list_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  "latency" integer[] NOT NULL,
  "first_token" integer[] NOT NULL,
  PRIMARY KEY ("deployment_id", "hour", "provider", "upstream_model", "outcome")
) WITH (fillfactor = 50);

-- Billed cost per scope and calendar period of `occurred_at`, whether or not a budget is set: one may be set later.
CREATE TABLE "budget_spend" (
  "organization_id" text NOT NULL,
  "scope" text NOT NULL CHECK ("scope" IN ('api_key', 'project', 'organization')),
  "scope_id" text NOT NULL,
  "period_starts_at" timestamptz(3) NOT NULL,
  "spent" numeric(38,12) NOT NULL,
  PRIMARY KEY ("organization_id", "scope", "scope_id", "period_starts_at")
) WITH (fillfactor = 70);
CREATE INDEX "budget_spend_by_period" ON "budget_spend" ("period_starts_at");
