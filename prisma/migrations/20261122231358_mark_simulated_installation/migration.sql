-- AlterTable
ALTER TABLE "installation" ADD COLUMN     "simulated" BOOLEAN NOT NULL DEFAULT false;

-- An installation is a demo or it is none, and its organizations are what it is: whoever adds organizations up adds up
-- what is simulated or what is real, never both.
CREATE FUNCTION "follow_installation"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."simulated" := coalesce((SELECT "simulated" FROM "installation"), false);
  RETURN NEW;
END $$;

CREATE TRIGGER "organization_follows_installation" BEFORE INSERT OR UPDATE OF "simulated" ON "organization"
  FOR EACH ROW EXECUTE FUNCTION "follow_installation"();

CREATE TRIGGER "installation_stays_what_it_is" BEFORE UPDATE OF "simulated" ON "installation"
  FOR EACH ROW WHEN (OLD."simulated" <> NEW."simulated") EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "installation_is_kept" BEFORE DELETE ON "installation"
  FOR EACH ROW WHEN (OLD."simulated") EXECUTE FUNCTION "refuse_change"();
