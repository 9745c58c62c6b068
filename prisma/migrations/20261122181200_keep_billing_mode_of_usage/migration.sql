-- The account that an event was charged to: a correction takes back from the same one, whatever the organization has
-- changed to since. The default gives existing rows their value without writing them; those of prepaid organizations are
-- written. What was booked before an earlier change of the mode is taken for what the organization is now.
ALTER TABLE "usage_event" ADD COLUMN "billing_mode" text NOT NULL DEFAULT 'postpaid' CHECK ("billing_mode" IN ('prepaid', 'postpaid'));
ALTER TABLE "usage_event" ALTER COLUMN "billing_mode" DROP DEFAULT;

ALTER TABLE "usage_event" DISABLE TRIGGER "usage_event_is_immutable";
UPDATE "usage_event" e SET "billing_mode" = 'prepaid' FROM "organization" o
WHERE o."id" = e."organization_id" AND o."billing_mode" = 'prepaid';
ALTER TABLE "usage_event" ENABLE TRIGGER "usage_event_is_immutable";
