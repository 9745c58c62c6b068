-- What people are told, by which ways, and what became of it. Hand-written: these tables are written by the worker in
-- batches and claimed with SKIP LOCKED.

-- What happened, once for each `dedupe_key`, whoever looks. Its words are made from the facts when it is read.
CREATE TABLE "alert" (
  "id" text PRIMARY KEY,
  -- Whom it is told; null is the operator
  "organization_id" text REFERENCES "organization" ("id") ON DELETE RESTRICT,
  "kind" text NOT NULL CHECK ("kind" IN (
    'budget.threshold-reached', 'budget.exhaustion-forecast', 'balance.low', 'balance.exhausted',
    'balance.exhaustion-forecast', 'credit.expiring', 'spend.anomaly', 'model.unpriced', 'self-audit.red',
    'usage.quarantined', 'review.opened', 'posting.awaits-approval'
  )),
  "severity" text NOT NULL CHECK ("severity" IN ('info', 'warning', 'critical')),
  -- What it is about: a budget, a grant, a key, a model, …
  "subject" text NOT NULL,
  "dedupe_key" text NOT NULL UNIQUE,
  "facts" jsonb NOT NULL,
  "raised_at" timestamptz(3) NOT NULL
);
CREATE INDEX "alert_by_organization" ON "alert" ("organization_id", "id" DESC);
CREATE INDEX "alert_by_subject" ON "alert" ("kind", "subject", "raised_at" DESC);
CREATE TRIGGER "alert_is_immutable" BEFORE UPDATE OR DELETE ON "alert" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "alert_is_not_emptied" BEFORE TRUNCATE ON "alert" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- A way to people or programs, of an organization or (null) of the operator
CREATE TABLE "alert_channel" (
  "id" text PRIMARY KEY,
  "organization_id" text REFERENCES "organization" ("id") ON DELETE CASCADE,
  "name" text NOT NULL,
  "kind" text NOT NULL CHECK ("kind" IN ('email', 'webhook', 'slack')),
  -- Of e-mail: whether it goes to the owners, admins and finance people (the operator's: to operators), and to whom else
  "to_people" boolean NOT NULL DEFAULT false,
  "recipients" text[] NOT NULL DEFAULT '{}',
  -- Where a webhook leads. Of Slack the host alone: the rest is a secret
  "url" text,
  -- Whether the operator has named the URL, which may then lead into a private network
  "url_by_operator" boolean NOT NULL DEFAULT false,
  -- Sealed: what webhooks are signed with, or the whole URL of Slack
  "ciphertext" bytea,
  "master_key_id" text,
  -- Empty is all
  "alert_kinds" text[] NOT NULL DEFAULT '{}',
  "min_severity" text NOT NULL DEFAULT 'info' CHECK ("min_severity" IN ('info', 'warning', 'critical')),
  "enabled" boolean NOT NULL DEFAULT true,
  -- Why it was switched off by us: `gone`, the receiver answered 410
  "disabled_reason" text,
  "version" integer NOT NULL DEFAULT 1,
  "created_at" timestamptz(3) NOT NULL DEFAULT now(),
  "updated_at" timestamptz(3) NOT NULL DEFAULT now(),
  CHECK (("kind" = 'email') = ("url" IS NULL)),
  CHECK ("kind" = 'email' OR ("ciphertext" IS NOT NULL AND NOT "to_people" AND cardinality("recipients") = 0)),
  CHECK ("kind" <> 'email' OR "to_people" OR cardinality("recipients") > 0)
);
CREATE INDEX "alert_channel_by_organization" ON "alert_channel" ("organization_id", "id");

-- That an alert reaches one recipient of a channel. Without an alert it is a test. The id of a webhook's message is the
-- alert's, the same however often it is tried or replayed.
CREATE TABLE "alert_delivery" (
  "id" text PRIMARY KEY,
  "alert_id" text REFERENCES "alert" ("id") ON DELETE RESTRICT,
  "channel_id" text NOT NULL REFERENCES "alert_channel" ("id") ON DELETE CASCADE,
  "organization_id" text REFERENCES "organization" ("id") ON DELETE CASCADE,
  -- The address of e-mail; empty of others
  "recipient" text NOT NULL DEFAULT '',
  "state" text NOT NULL DEFAULT 'pending' CHECK ("state" IN ('pending', 'delivered', 'dead')),
  -- Since it was last begun anew
  "attempts" integer NOT NULL DEFAULT 0,
  -- Of one that is being sent, when its lease ends
  "next_attempt_at" timestamptz(3) NOT NULL,
  "created_at" timestamptz(3) NOT NULL,
  "finished_at" timestamptz(3),
  UNIQUE ("alert_id", "channel_id", "recipient"),
  CHECK (("state" = 'pending') = ("finished_at" IS NULL))
);
CREATE INDEX "alert_delivery_due" ON "alert_delivery" ("next_attempt_at") WHERE "state" = 'pending';
CREATE INDEX "alert_delivery_by_organization" ON "alert_delivery" ("organization_id", "id" DESC);
CREATE INDEX "alert_delivery_by_channel" ON "alert_delivery" ("channel_id", "id" DESC);

CREATE TABLE "alert_delivery_attempt" (
  "id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  "delivery_id" text NOT NULL REFERENCES "alert_delivery" ("id") ON DELETE CASCADE,
  "started_at" timestamptz(3) NOT NULL,
  "duration_ms" integer NOT NULL,
  -- Of HTTP, null where there was no answer
  "status" smallint,
  -- Null: it was delivered
  "error" text
);
CREATE INDEX "alert_delivery_attempt_by_delivery" ON "alert_delivery_attempt" ("delivery_id", "id");

-- What an organization wants to be told of; without a row it is the defaults
CREATE TABLE "alert_settings" (
  "organization_id" text PRIMARY KEY REFERENCES "organization" ("id") ON DELETE CASCADE,
  -- USD below which a prepaid balance is low; null: never
  "low_balance" numeric(38,12) DEFAULT 10 CHECK ("low_balance" > 0),
  "anomaly_sensitivity" text NOT NULL DEFAULT 'normal' CHECK ("anomaly_sensitivity" IN ('off', 'low', 'normal', 'high')),
  -- USD that a clock hour has to cost before it can be unusual
  "anomaly_floor" numeric(38,12) NOT NULL DEFAULT 1 CHECK ("anomaly_floor" > 0),
  "version" integer NOT NULL DEFAULT 1,
  "updated_at" timestamptz(3) NOT NULL DEFAULT now()
);

-- Spend that one look found unusual; an alert comes of it when the next look finds the same
CREATE TABLE "spend_suspicion" (
  "organization_id" text NOT NULL REFERENCES "organization" ("id") ON DELETE CASCADE,
  "scope" text NOT NULL CHECK ("scope" IN ('organization', 'project', 'api_key')),
  "scope_id" text NOT NULL,
  "span" text NOT NULL CHECK ("span" IN ('hour', 'day')),
  "starts_at" timestamptz(0) NOT NULL,
  "first_seen_at" timestamptz(3) NOT NULL,
  "spent" numeric(38,12) NOT NULL,
  PRIMARY KEY ("organization_id", "scope", "scope_id", "span", "starts_at")
);

-- Every organization begins with its people as a channel: their ids are made of the same uuid. So does the operator.
CREATE FUNCTION "add_first_alert_channel"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "alert_channel" ("id", "organization_id", "name", "kind", "to_people", "min_severity")
  VALUES ('chan_' || split_part(NEW."id", '_', 2), NEW."id", 'Owners, admins and finance', 'email', true, 'warning')
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER "organization_has_an_alert_channel" AFTER INSERT ON "organization" FOR EACH ROW EXECUTE FUNCTION "add_first_alert_channel"();
INSERT INTO "alert_channel" ("id", "organization_id", "name", "kind", "to_people", "min_severity")
SELECT 'chan_' || split_part("id", '_', 2), "id", 'Owners, admins and finance', 'email', true, 'warning' FROM "organization";
INSERT INTO "alert_channel" ("id", "organization_id", "name", "kind", "to_people", "min_severity")
VALUES ('chan_00000000000000000000000001', NULL, 'Operators', 'email', true, 'warning');
