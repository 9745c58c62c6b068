-- Usage by organization-local day × project × key × model × provider, with the quantity of each meter: what finance
-- exports, and what charts of single keys read. Without histograms: it has more rows than the other rollups.
CREATE TABLE "usage_key_day" (
  "organization_id" text NOT NULL,
  "day" date NOT NULL,
  "accounting_period" text NOT NULL,
  "project_id" text NOT NULL,
  "api_key_id" text NOT NULL,
  "model" text NOT NULL,
  "provider" text NOT NULL,
  "requests" bigint NOT NULL,
  "errors" bigint NOT NULL,
  "input_tokens" bigint NOT NULL,
  "output_tokens" bigint NOT NULL,
  "cache_read_tokens" bigint NOT NULL,
  "provider_cost" numeric(38,12) NOT NULL,
  "list_cost" numeric(38,12) NOT NULL,
  "billed_cost" numeric(38,12) NOT NULL,
  "quantity_input" bigint NOT NULL,
  "quantity_input_cache_read" bigint NOT NULL,
  "quantity_input_cache_write_5m" bigint NOT NULL,
  "quantity_input_cache_write_1h" bigint NOT NULL,
  "quantity_input_audio" bigint NOT NULL,
  "quantity_input_audio_cache_read" bigint NOT NULL,
  "quantity_input_image" bigint NOT NULL,
  "quantity_output" bigint NOT NULL,
  "quantity_output_reasoning" bigint NOT NULL,
  "quantity_output_audio" bigint NOT NULL,
  "quantity_output_image" bigint NOT NULL,
  "quantity_image" bigint NOT NULL,
  "quantity_audio_ms" bigint NOT NULL,
  "quantity_character" bigint NOT NULL,
  "quantity_request" bigint NOT NULL,
  "quantity_web_search" bigint NOT NULL,
  "quantity_search_unit" bigint NOT NULL,
  "quantity_page" bigint NOT NULL,
  "quantity_video_ms" bigint NOT NULL,
  -- exports page through it in this order
  PRIMARY KEY ("organization_id", "day", "accounting_period", "project_id", "api_key_id", "model", "provider")
) WITH (fillfactor = 70);
CREATE INDEX "usage_key_day_by_key" ON "usage_key_day" ("api_key_id", "day");

-- Corrections are few; whoever adds events up by accounting period looks for what they took back
CREATE INDEX "usage_event_corrections" ON "usage_event" ("organization_id", "occurred_at") WHERE "revision" > 0;

-- What was booked before: each event in its period, less what its correction took back in the period of the correction
INSERT INTO "usage_key_day"
SELECT c.organization_id, (c.occurred_at AT TIME ZONE o.time_zone)::date, c.accounting_period, c.project_id, c.api_key_id,
       CASE WHEN c.provider IS NULL THEN '' ELSE c.requested_model END, coalesce(c.provider, ''),
       sum(c.sign), sum(CASE WHEN c.error_code IS NULL THEN 0 ELSE c.sign END), sum(c.sign * c.input_tokens),
       sum(c.sign * c.output_tokens), sum(c.sign * c.cache_read_tokens), sum(c.sign * c.provider_cost),
       sum(c.sign * c.list_cost), sum(c.sign * c.billed_cost),
       coalesce(sum(c.sign * (c.usage ->> 'input')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'input_cache_read')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'input_cache_write_5m')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'input_cache_write_1h')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'input_audio')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'input_audio_cache_read')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'input_image')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'output')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'output_reasoning')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'output_audio')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'output_image')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'image')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'audio_ms')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'character')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'request')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'web_search')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'search_unit')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'page')::bigint), 0),
       coalesce(sum(c.sign * (c.usage ->> 'video_ms')::bigint), 0)
FROM (
  SELECT 1 AS sign, e.organization_id, e.occurred_at, e.accounting_period, e.project_id, e.api_key_id, e.provider,
         e.requested_model, e.error_code, e.input_tokens, e.output_tokens, e.cache_read_tokens, e.provider_cost,
         e.list_cost, e.billed_cost, e.usage
  FROM usage_event e
  UNION ALL
  SELECT -1, p.organization_id, p.occurred_at, e.accounting_period, p.project_id, p.api_key_id, p.provider,
         p.requested_model, p.error_code, p.input_tokens, p.output_tokens, p.cache_read_tokens, p.provider_cost,
         p.list_cost, p.billed_cost, p.usage
  FROM usage_event e
  JOIN usage_event p ON p.request_id = e.request_id AND p.part = e.part AND p.revision = e.revision - 1
  WHERE e.revision > 0
) AS c
JOIN organization o ON o.id = c.organization_id
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- Keys have rows of their own now
DELETE FROM "spend_day" WHERE "scope" = 'api_key';
ALTER TABLE "spend_day" DROP CONSTRAINT "spend_day_scope_check";
ALTER TABLE "spend_day" ADD CONSTRAINT "spend_day_scope_check" CHECK ("scope" IN ('member', 'end_user', 'tag'));

-- The bucket of a duration in the histograms, for figures that are added up from single events
CREATE FUNCTION "latency_bucket"(ms double precision) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN ms <= 1 THEN 0 ELSE least(ceil(ln(ms) / ln(1.04::double precision)), 470)::integer END;

-- Histograms of many rows are added up slot by slot, without an aggregate that merges arrays two by two
DROP AGGREGATE "histogram_sum"(integer[]);
