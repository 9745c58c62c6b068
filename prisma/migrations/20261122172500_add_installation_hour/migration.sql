-- All organizations together, for the operator: read out of the hours of each, a month of them took seconds
CREATE TABLE "installation_hour" (
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
  PRIMARY KEY ("hour", "model", "provider", "outcome")
) WITH (fillfactor = 50);

INSERT INTO "installation_hour"
WITH sums AS (
  SELECT hour, model, provider, outcome, sum(requests) AS requests, sum(errors) AS errors,
         sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
         sum(cache_read_tokens) AS cache_read_tokens, sum(provider_cost) AS provider_cost, sum(list_cost) AS list_cost,
         sum(billed_cost) AS billed_cost
  FROM usage_hour GROUP BY hour, model, provider, outcome
), slots AS (
  SELECT u.hour, u.model, u.provider, u.outcome, h.histogram, h.slot, sum(h.occurrences)::integer AS total
  FROM usage_hour u CROSS JOIN LATERAL (
    SELECT 'latency' AS histogram, slot, occurrences
    FROM unnest(u.latency[:cardinality(u.latency) / 2], u.latency[cardinality(u.latency) / 2 + 1:]) AS kept(slot, occurrences)
    UNION ALL
    SELECT 'first_token', slot, occurrences
    FROM unnest(u.first_token[:cardinality(u.first_token) / 2], u.first_token[cardinality(u.first_token) / 2 + 1:]) AS kept(slot, occurrences)
  ) AS h
  GROUP BY 1, 2, 3, 4, 5, 6
), histograms AS (
  SELECT hour, model, provider, outcome,
         array_agg(slot ORDER BY slot) FILTER (WHERE histogram = 'latency')
           || array_agg(total ORDER BY slot) FILTER (WHERE histogram = 'latency') AS latency,
         array_agg(slot ORDER BY slot) FILTER (WHERE histogram = 'first_token')
           || array_agg(total ORDER BY slot) FILTER (WHERE histogram = 'first_token') AS first_token
  FROM slots WHERE total <> 0 GROUP BY hour, model, provider, outcome
)
SELECT sums.*, coalesce(latency, '{}'), coalesce(first_token, '{}')
FROM sums LEFT JOIN histograms USING (hour, model, provider, outcome);

-- Support looks for one end user's requests among millions
CREATE INDEX "usage_event_by_end_user" ON "usage_event" ("organization_id", "end_user", "occurred_at" DESC, "request_id" DESC)
  WHERE "end_user" IS NOT NULL;
