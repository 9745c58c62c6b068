-- What failed last at a deployment. Only failures are in it, so that it costs the others nothing; a query uses it only
-- when it says `outcome <> 'success'`.
CREATE INDEX "usage_event_failed_at_deployment" ON "usage_event" ("deployment_id", "occurred_at" DESC) WHERE "outcome" <> 'success';
