-- Days of UTC for the operator: a month of all organizations took up to a second out of hours, most of it for adding
-- up the histograms of as many rows. What is cut by other days, at the edges of a range, is still read from the hours.
-- Few rows that grow as the day goes on and are updated by every batch: half-empty pages keep the updates heap-only
CREATE TABLE "installation_day" (
  "day" date NOT NULL,
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
  PRIMARY KEY ("day", "model", "provider", "outcome")
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 2000);

CREATE TABLE "deployment_day" (
  "day" date NOT NULL,
  "deployment_id" text NOT NULL,
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
  PRIMARY KEY ("day", "deployment_id", "provider", "outcome")
) WITH (fillfactor = 20, autovacuum_vacuum_threshold = 2000);

-- Without model and histograms: what compares organizations is spend, and a row per organization and batch costs little
CREATE TABLE "organization_day" (
  "day" date NOT NULL,
  "organization_id" text NOT NULL,
  "requests" bigint NOT NULL,
  "errors" bigint NOT NULL,
  "input_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "cache_read_tokens" bigint NOT NULL,
  "provider_cost" numeric(38,12) NOT NULL,
  "list_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  PRIMARY KEY ("day", "organization_id")
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 2000);

INSERT INTO "installation_day"
WITH sums AS (
  SELECT (hour AT TIME ZONE 'UTC')::date AS day, model, provider, outcome, sum(requests) AS requests, sum(errors) AS errors, sum(input_tokens) AS input_tokens,
         sum(output_tokens) AS output_tokens, sum(cache_read_tokens) AS cache_read_tokens,
         sum(provider_cost) AS provider_cost, sum(list_cost) AS list_cost, sum(billed_cost) AS billed_cost
  FROM installation_hour GROUP BY 1, 2, 3, 4
), slots AS (
  SELECT (u.hour AT TIME ZONE 'UTC')::date AS day, u.model, u.provider, u.outcome, h.histogram, h.slot, sum(h.occurrences)::integer AS total
  FROM installation_hour u CROSS JOIN LATERAL (
    SELECT 'latency' AS histogram, slot, occurrences
    FROM unnest(u.latency[:cardinality(u.latency) / 2], u.latency[cardinality(u.latency) / 2 + 1:]) AS kept(slot, occurrences)
    UNION ALL
    SELECT 'first_token', slot, occurrences
    FROM unnest(u.first_token[:cardinality(u.first_token) / 2], u.first_token[cardinality(u.first_token) / 2 + 1:]) AS kept(slot, occurrences)
  ) AS h
  GROUP BY 1, 2, 3, 4, 5, 6
), histograms AS (
  SELECT day, model, provider, outcome,
         array_agg(slot ORDER BY slot) FILTER (WHERE histogram = 'latency')
           || array_agg(total ORDER BY slot) FILTER (WHERE histogram = 'latency') AS latency,
         array_agg(slot ORDER BY slot) FILTER (WHERE histogram = 'first_token')
           || array_agg(total ORDER BY slot) FILTER (WHERE histogram = 'first_token') AS first_token
  FROM slots WHERE total <> 0 GROUP BY 1, 2, 3, 4
)
SELECT sums.*, coalesce(latency, '{}'), coalesce(first_token, '{}')
FROM sums LEFT JOIN histograms USING (day, model, provider, outcome);

INSERT INTO "deployment_day"
WITH sums AS (
  SELECT (hour AT TIME ZONE 'UTC')::date AS day, deployment_id, provider, outcome, sum(requests) AS requests, sum(errors) AS errors, sum(input_tokens) AS input_tokens,
         sum(output_tokens) AS output_tokens, sum(cache_read_tokens) AS cache_read_tokens,
         sum(provider_cost) AS provider_cost, sum(list_cost) AS list_cost, sum(billed_cost) AS billed_cost
  FROM deployment_hour GROUP BY 1, 2, 3, 4
), slots AS (
  SELECT (u.hour AT TIME ZONE 'UTC')::date AS day, u.deployment_id, u.provider, u.outcome, h.histogram, h.slot, sum(h.occurrences)::integer AS total
  FROM deployment_hour u CROSS JOIN LATERAL (
    SELECT 'latency' AS histogram, slot, occurrences
    FROM unnest(u.latency[:cardinality(u.latency) / 2], u.latency[cardinality(u.latency) / 2 + 1:]) AS kept(slot, occurrences)
    UNION ALL
    SELECT 'first_token', slot, occurrences
    FROM unnest(u.first_token[:cardinality(u.first_token) / 2], u.first_token[cardinality(u.first_token) / 2 + 1:]) AS kept(slot, occurrences)
  ) AS h
  GROUP BY 1, 2, 3, 4, 5, 6
), histograms AS (
  SELECT day, deployment_id, provider, outcome,
         array_agg(slot ORDER BY slot) FILTER (WHERE histogram = 'latency')
           || array_agg(total ORDER BY slot) FILTER (WHERE histogram = 'latency') AS latency,
         array_agg(slot ORDER BY slot) FILTER (WHERE histogram = 'first_token')
           || array_agg(total ORDER BY slot) FILTER (WHERE histogram = 'first_token') AS first_token
  FROM slots WHERE total <> 0 GROUP BY 1, 2, 3, 4
)
SELECT sums.*, coalesce(latency, '{}'), coalesce(first_token, '{}')
FROM sums LEFT JOIN histograms USING (day, deployment_id, provider, outcome);

INSERT INTO "organization_day"
SELECT (hour AT TIME ZONE 'UTC')::date AS day, organization_id, sum(requests) AS requests, sum(errors) AS errors, sum(input_tokens) AS input_tokens,
       sum(output_tokens) AS output_tokens, sum(cache_read_tokens) AS cache_read_tokens,
       sum(provider_cost) AS provider_cost, sum(list_cost) AS list_cost, sum(billed_cost) AS billed_cost
FROM usage_hour GROUP BY 1, 2;
