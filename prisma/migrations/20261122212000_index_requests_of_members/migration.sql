-- One member's requests among those of a large organization: without it the search read on through all of them
CREATE INDEX "usage_event_by_member" ON "usage_event" ("organization_id", "member_id", "occurred_at" DESC, "request_id" DESC)
  WHERE "member_id" IS NOT NULL;
