-- An organization's billing mode is its plan's, so that whoever reads it need not know of plans. Leaving a plan keeps it.
CREATE FUNCTION "organization_follows_plan"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."plan_id" IS NOT NULL THEN
    -- the plan is kept from changing until this is committed, or its change would miss this organization
    SELECT p."billing_mode" INTO NEW."billing_mode" FROM "plan" p WHERE p."id" = NEW."plan_id" FOR SHARE;
    -- no such plan: the foreign key says so
    NEW."billing_mode" := coalesce(NEW."billing_mode", 'postpaid');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "organization_follows_plan" BEFORE INSERT OR UPDATE OF "plan_id", "billing_mode" ON "organization"
  FOR EACH ROW EXECUTE FUNCTION "organization_follows_plan"();

CREATE FUNCTION "plan_leads_organizations"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "organization" SET "billing_mode" = NEW."billing_mode", "version" = "version" + 1, "updated_at" = now()
  WHERE "plan_id" = NEW."id" AND "billing_mode" <> NEW."billing_mode";
  RETURN NULL;
END $$;
CREATE TRIGGER "plan_leads_organizations" AFTER UPDATE OF "billing_mode" ON "plan"
  FOR EACH ROW WHEN (OLD."billing_mode" <> NEW."billing_mode") EXECUTE FUNCTION "plan_leads_organizations"();

UPDATE "organization" o SET "billing_mode" = p."billing_mode" FROM "plan" p
  WHERE p."id" = o."plan_id" AND o."billing_mode" <> p."billing_mode";

CREATE INDEX "organization_prepaid" ON "organization" ("id") WHERE "billing_mode" = 'prepaid';
CREATE INDEX "organization_by_plan" ON "organization" ("plan_id") WHERE "plan_id" IS NOT NULL;

-- Gateways read what prepaid organizations owe about once a second
CREATE INDEX "ledger_balance_receivable" ON "ledger_balance" ("organization_id") INCLUDE ("amount")
  WHERE "account" = 'receivable';

-- Polling is the guarantee; with thousands of organizations it is slower than somebody who has just paid likes to wait
CREATE FUNCTION "tell_of_credit"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('credit', NEW."organization_id");
  RETURN NULL;
END $$;
CREATE TRIGGER "credit_grant_is_told" AFTER INSERT ON "credit_grant" FOR EACH ROW EXECUTE FUNCTION "tell_of_credit"();
