-- How the request found its deployment: candidates with what was known of them, and why the first was the one. Of
-- requests without a choice there is none, nor of older ones; they are not written anew.
ALTER TABLE "usage_event" ADD COLUMN "routing" jsonb;
