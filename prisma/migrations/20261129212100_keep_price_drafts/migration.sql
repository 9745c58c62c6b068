-- Changes of a price book before they hold, what they would have made of real usage, and the correction of what was rated
-- by a wrong price.

CREATE TABLE "price_draft" (
  "id" text PRIMARY KEY,
  "price_book_id" text NOT NULL REFERENCES "price_book" ("id") ON DELETE RESTRICT,
  "name" text NOT NULL,
  "changes" jsonb NOT NULL,
  "state" text NOT NULL DEFAULT 'open' CHECK ("state" IN ('open', 'scheduled', 'published', 'discarded')),
  -- From when on its prices hold: of a scheduled draft the instant that is waited for
  "effective_at" timestamptz(3),
  "version" integer NOT NULL DEFAULT 1,
  "created_by" text NOT NULL,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  -- Who published, scheduled or discarded it
  "decided_by" text,
  "decided_at" timestamptz(3),
  "published_at" timestamptz(3),
  "snapshot_id" text REFERENCES "price_book_snapshot" ("id") ON DELETE RESTRICT,
  -- Why a scheduled draft could not be published; it is open again
  "failure" text,
  CHECK (("state" = 'published') = ("snapshot_id" IS NOT NULL)),
  CHECK ("state" <> 'scheduled' OR "effective_at" IS NOT NULL)
);
CREATE INDEX "price_draft_by_book" ON "price_draft" ("price_book_id", "id" DESC);
CREATE INDEX "price_draft_scheduled" ON "price_draft" ("effective_at") WHERE "state" = 'scheduled';

-- A draft tried on real usage. `position` is how far it has come: whoever goes on begins there.
CREATE TABLE "price_preview" (
  "id" text PRIMARY KEY,
  "price_draft_id" text NOT NULL REFERENCES "price_draft" ("id") ON DELETE RESTRICT,
  "draft_version" integer NOT NULL,
  "state" text NOT NULL DEFAULT 'requested' CHECK ("state" IN ('requested', 'running', 'done', 'failed', 'cancelled')),
  "from_at" timestamptz(3) NOT NULL,
  "to_at" timestamptz(3) NOT NULL,
  "requested_by" text NOT NULL,
  "requested_at" timestamptz(3) NOT NULL DEFAULT now(),
  "started_at" timestamptz(3),
  "finished_at" timestamptz(3),
  "events_total" bigint NOT NULL DEFAULT 0,
  "events_done" bigint NOT NULL DEFAULT 0,
  "position" jsonb,
  "failure" text
);
CREATE INDEX "price_preview_by_draft" ON "price_preview" ("price_draft_id", "id" DESC);
CREATE INDEX "price_preview_unfinished" ON "price_preview" ("id") WHERE "state" IN ('requested', 'running');

CREATE TABLE "price_preview_line" (
  "price_preview_id" text NOT NULL REFERENCES "price_preview" ("id") ON DELETE RESTRICT,
  "organization_id" text NOT NULL,
  "provider" text NOT NULL,
  "model" text NOT NULL,
  "requests" bigint NOT NULL,
  -- Events with something that has no price then
  "unpriced" bigint NOT NULL,
  "billed_now" numeric(38,12) NOT NULL,
  "billed_then" numeric(38,12) NOT NULL,
  "cost_now" numeric(38,12) NOT NULL,
  "cost_then" numeric(38,12) NOT NULL,
  PRIMARY KEY ("price_preview_id", "organization_id", "provider", "model")
);

CREATE TABLE "price_correction" (
  "id" text PRIMARY KEY,
  "state" text NOT NULL DEFAULT 'requested' CHECK ("state" IN ('requested', 'computing', 'computed', 'posting', 'posted', 'failed', 'cancelled')),
  "from_at" timestamptz(3) NOT NULL,
  "to_at" timestamptz(3) NOT NULL,
  "organization_id" text REFERENCES "organization" ("id") ON DELETE RESTRICT,
  "provider" text,
  "model" text,
  -- By which published state it is rated; NULL: by the one that holds for each organization when it is computed
  "snapshot_id" text REFERENCES "price_book_snapshot" ("id") ON DELETE RESTRICT,
  "reason" text NOT NULL,
  "requested_by" text NOT NULL,
  "requested_at" timestamptz(3) NOT NULL DEFAULT now(),
  "started_at" timestamptz(3),
  "computed_at" timestamptz(3),
  "posted_by" text,
  "posting_at" timestamptz(3),
  "posted_at" timestamptz(3),
  "idempotency_key" text UNIQUE,
  "events_total" bigint NOT NULL DEFAULT 0,
  "events_done" bigint NOT NULL DEFAULT 0,
  "position" jsonb,
  "failure" text,
  CHECK ("from_at" < "to_at")
);
CREATE INDEX "price_correction_unfinished" ON "price_correction" ("id") WHERE "state" IN ('requested', 'computing', 'posting');

CREATE TABLE "price_correction_line" (
  "price_correction_id" text NOT NULL REFERENCES "price_correction" ("id") ON DELETE RESTRICT,
  "organization_id" text NOT NULL,
  "provider" text NOT NULL,
  "model" text NOT NULL,
  -- Events that were looked at, that differ, and of which something is still unpriced
  "events" bigint NOT NULL,
  "differing" bigint NOT NULL,
  "unpriced" bigint NOT NULL,
  "billed_before" numeric(38,12) NOT NULL,
  "billed_after" numeric(38,12) NOT NULL,
  "cost_before" numeric(38,12) NOT NULL,
  "cost_after" numeric(38,12) NOT NULL,
  PRIMARY KEY ("price_correction_id", "organization_id", "provider", "model")
);

-- Each event that differs, with the revision that was looked at: what is posted is what was shown, or nothing
CREATE TABLE "price_correction_event" (
  "price_correction_id" text NOT NULL REFERENCES "price_correction" ("id") ON DELETE RESTRICT,
  "request_id" uuid NOT NULL,
  "part" smallint NOT NULL,
  "revision" smallint NOT NULL,
  "organization_id" text NOT NULL,
  "snapshot_id" text NOT NULL,
  "billed_before" numeric(38,12) NOT NULL,
  "billed_after" numeric(38,12) NOT NULL,
  -- `sent` to be booked; `booked` as it was shown; `superseded`: somebody else corrected the event in between, so that it was
  -- left alone; `refused`: it could not be booked, and lies in the quarantine
  "state" text NOT NULL DEFAULT 'shown' CHECK ("state" IN ('shown', 'sent', 'booked', 'superseded', 'refused')),
  PRIMARY KEY ("price_correction_id", "request_id", "part")
) WITH (fillfactor = 80);
CREATE INDEX "price_correction_event_open" ON "price_correction_event" ("price_correction_id", "state", "request_id", "part") WHERE "state" IN ('shown', 'sent');
