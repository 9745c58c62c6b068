-- What the schema language cannot say about the control plane.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Singletons
ALTER TABLE "installation" ADD CONSTRAINT "installation_is_one_row" CHECK ("id" = 1);
ALTER TABLE "control_plane_version" ADD CONSTRAINT "control_plane_version_is_one_row" CHECK ("id" = 1);
INSERT INTO "control_plane_version" ("id", "version") VALUES (1, 0);

-- Ranges that no writer may leave
ALTER TABLE "rate_limit" ADD CONSTRAINT "rate_limit_is_positive" CHECK (
  coalesce("requests_per_minute", 1) > 0 AND coalesce("tokens_per_minute", 1) > 0 AND coalesce("concurrency", 1) > 0
);
ALTER TABLE "budget" ADD CONSTRAINT "budget_is_not_negative" CHECK ("amount" >= 0);
ALTER TABLE "price_book" ADD CONSTRAINT "price_book_is_not_its_own_parent" CHECK ("parent_id" <> "id");
ALTER TABLE "price_book" ADD CONSTRAINT "price_book_terms_leave_no_negative_bill" CHECK (
  "markup_basis_points" >= -10000 AND "platform_fee_basis_points" >= 0
);
ALTER TABLE "accounting_period" ADD CONSTRAINT "accounting_period_has_a_length" CHECK ("starts_at" < "ends_at");

-- Prices: at any instant, in any published state of a book, one price at most for the same thing
ALTER TABLE "price" ADD CONSTRAINT "price_is_not_negative" CHECK ("amount" >= 0 AND "per" > 0 AND "from_tokens" >= 0);
ALTER TABLE "price" ADD CONSTRAINT "price_has_a_length" CHECK ("effective_to" IS NULL OR "effective_from" < "effective_to");
ALTER TABLE "price" ADD CONSTRAINT "price_is_retired_after_it_was_introduced" CHECK ("retired_in" IS NULL OR "introduced_in" < "retired_in");
ALTER TABLE "price" ADD CONSTRAINT "price_does_not_overlap" EXCLUDE USING gist (
  "price_book_id" WITH =,
  "provider" WITH =,
  "model" WITH =,
  "meter" WITH =,
  "service_tier" WITH =,
  "region" WITH =,
  "from_tokens" WITH =,
  "time_window" WITH =,
  int4range("introduced_in", "retired_in") WITH &&,
  tstzrange("effective_from", "effective_to") WITH &&
);

CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION "refuse_price_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."retired_in" IS NULL AND NEW."retired_in" IS NOT NULL
    AND (to_jsonb(NEW) - 'retired_in') = (to_jsonb(OLD) - 'retired_in') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a price is never changed, only retired once' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER "price_is_immutable" BEFORE UPDATE ON "price" FOR EACH ROW EXECUTE FUNCTION "refuse_price_change"();
CREATE TRIGGER "price_is_kept" BEFORE DELETE ON "price" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "price_is_not_emptied" BEFORE TRUNCATE ON "price" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "price_book_snapshot_is_immutable" BEFORE UPDATE OR DELETE ON "price_book_snapshot" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "audit_log_entry_is_immutable" BEFORE UPDATE OR DELETE ON "audit_log_entry" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

-- Gateways hold the control plane in memory. Polling `control_plane_version` is the guarantee that they notice a change,
-- the notification (a table's name and an id) only makes it faster.
--
-- Deferred to the commit: the version is one row for everybody, and whoever locked it in the middle of a transaction
-- could dead-lock with another writer. It is raised once per transaction however many rows change.
CREATE FUNCTION "raise_control_plane_version"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  this_transaction text := pg_current_xact_id()::text;
  changed jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
  PERFORM pg_notify('control_plane', TG_TABLE_NAME || coalesce(':' || (changed ->> 'id'), ''));
  IF coalesce(current_setting('tollgate.version_raised_by', true), '') <> this_transaction THEN
    UPDATE "control_plane_version" SET "version" = "version" + 1 WHERE "id" = 1;
    PERFORM set_config('tollgate.version_raised_by', this_transaction, true);
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  watched text;
BEGIN
  FOREACH watched IN ARRAY ARRAY[
    'installation', 'organization', 'project', 'plan', 'api_key', 'key_secret', 'rate_limit', 'budget',
    'provider_credential', 'deployment', 'model', 'price_book_snapshot'
  ] LOOP
    EXECUTE format(
      'CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "raise_control_plane_version"()',
      watched || '_raises_control_plane_version', watched
    );
  END LOOP;
END $$;
