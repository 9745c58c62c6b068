-- What keys spend by the hour, for whoever watches spend as it happens; older rows than are compared with are removed.
CREATE TABLE "spend_hour" (
  "organization_id" text NOT NULL,
  "hour" timestamptz(0) NOT NULL,
  "project_id" text NOT NULL,
  "api_key_id" text NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  PRIMARY KEY ("organization_id", "hour", "project_id", "api_key_id")
) WITH (fillfactor = 50);
CREATE INDEX "spend_hour_by_hour" ON "spend_hour" ("hour");
CREATE INDEX "spend_hour_by_key" ON "spend_hour" ("api_key_id", "hour");

-- Money that bought nothing (`WASTE_KINDS` of the domain), by the organization's own days. Of `prompt_cache` what writing
-- cost more, less what reading saved: below 0 where caches paid off.
CREATE TABLE "waste_day" (
  "organization_id" text NOT NULL,
  "day" date NOT NULL,
  "kind" text NOT NULL CHECK ("kind" IN (
    'failed_attempt', 'hedge_loser', 'shadow_copy', 'idempotent_replay', 'client_left', 'cut_stream', 'timed_out', 'prompt_cache'
  )),
  "project_id" text NOT NULL,
  "api_key_id" text NOT NULL,
  "model" text NOT NULL,
  "provider" text NOT NULL,
  -- Requests and attempts
  "events" bigint NOT NULL,
  "provider_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  PRIMARY KEY ("organization_id", "day", "kind", "project_id", "api_key_id", "model", "provider")
) WITH (fillfactor = 70);

-- What has been booked already, the corrections of it taken back. Prompt caches count from now on: their prices are in no sum.
WITH contribution AS (
  SELECT e.organization_id, e.occurred_at, e.project_id, e.api_key_id, e.requested_model, e.provider, e.outcome, e.charge,
         1 AS sign, e.provider_cost, e.billed_cost
  FROM usage_event e
  UNION ALL
  SELECT c.organization_id, c.occurred_at, p.project_id, p.api_key_id, p.requested_model, p.provider, p.outcome, p.charge,
         -1, -p.provider_cost, -p.billed_cost
  FROM usage_event c
  JOIN usage_event p ON p.request_id = c.request_id AND p.part = c.part AND p.revision = c.revision - 1
  WHERE c.revision > 0
), hours AS (
  INSERT INTO "spend_hour"
  SELECT organization_id, date_trunc('hour', occurred_at), project_id, api_key_id, sum(billed_cost)
  FROM contribution WHERE billed_cost <> 0 AND occurred_at >= now() - interval '30 days'
  GROUP BY 1, 2, 3, 4
)
INSERT INTO "waste_day"
SELECT c.organization_id, (c.occurred_at AT TIME ZONE o.time_zone)::date, kind, c.project_id, c.api_key_id,
       CASE WHEN c.provider IS NULL THEN '' ELSE c.requested_model END, coalesce(c.provider, ''), sum(c.sign),
       sum(c.provider_cost), sum(c.billed_cost)
FROM contribution c
JOIN "organization" o ON o.id = c.organization_id
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN c.charge = 'none' THEN NULL
    WHEN c.outcome = 'upstream_failed' THEN 'failed_attempt'
    WHEN c.outcome IN ('hedge_loser', 'shadow_copy', 'idempotent_replay') THEN c.outcome
    WHEN c.outcome IN ('client_left_mid_stream', 'client_left_before_first_token') THEN 'client_left'
    WHEN c.outcome = 'upstream_cut_mid_stream' THEN 'cut_stream'
    WHEN c.outcome = 'gateway_timeout' THEN 'timed_out'
    WHEN c.charge = 'waste' THEN 'failed_attempt'
  END AS kind
) AS wasted
WHERE kind IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7;
