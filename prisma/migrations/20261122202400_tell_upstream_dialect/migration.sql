-- In which wire format the provider was spoken to, beside the client's own (`surface`). Of older events it is not known,
-- and they are not written anew.
ALTER TABLE "usage_event" ADD COLUMN "upstream_dialect" text;
