-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "constraints" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "rate_limit" ADD COLUMN     "source" TEXT NOT NULL DEFAULT 'api';

-- AlterTable
ALTER TABLE "budget" ADD COLUMN     "ladder" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "deployment" ADD COLUMN     "drained" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "budget_raise" (
    "id" TEXT NOT NULL,
    "budget_id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "amount" DECIMAL(38,12) NOT NULL,
    "reason" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "budget_raise_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_notice" (
    "id" TEXT NOT NULL,
    "budget_id" TEXT NOT NULL,
    "period_starts_at" TIMESTAMPTZ(3) NOT NULL,
    "percent" INTEGER NOT NULL,
    "organization_id" TEXT NOT NULL,
    "spent" DECIMAL(38,12) NOT NULL,
    "granted" DECIMAL(38,12) NOT NULL,
    "notified_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "budget_notice_pkey" PRIMARY KEY ("budget_id","period_starts_at","percent")
);

-- CreateTable
CREATE TABLE "route" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT,
    "name" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "source" TEXT NOT NULL DEFAULT 'api',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "route_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "budget_raise_budget_id_expires_at_idx" ON "budget_raise"("budget_id", "expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "budget_raise_organization_id_idempotency_key_key" ON "budget_raise"("organization_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "budget_notice_id_key" ON "budget_notice"("id");

-- CreateIndex
CREATE INDEX "budget_notice_organization_id_notified_at_idx" ON "budget_notice"("organization_id", "notified_at");

-- CreateIndex
CREATE INDEX "route_organization_id_id_idx" ON "route"("organization_id", "id");

-- AddForeignKey
ALTER TABLE "budget_raise" ADD CONSTRAINT "budget_raise_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "budget"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_raise" ADD CONSTRAINT "budget_raise_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_notice" ADD CONSTRAINT "budget_notice_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "budget"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_notice" ADD CONSTRAINT "budget_notice_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "route" ADD CONSTRAINT "route_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A name means one thing to an organization, and one thing to all of them: two nulls are the same here.
CREATE UNIQUE INDEX "route_organization_id_name_key" ON "route" ("organization_id", "name") NULLS NOT DISTINCT;
ALTER TABLE "route" ADD CONSTRAINT "route_name_is_no_pattern" CHECK (position('*' IN "name") = 0);
ALTER TABLE "route" ADD CONSTRAINT "route_definition_is_an_object" CHECK (jsonb_typeof("definition") = 'object');

-- What tollgate.yaml describes has a name that tells it from the rest of the file.
CREATE UNIQUE INDEX "provider_credential_name_in_file_key" ON "provider_credential" ("name") WHERE "source" = 'file';

ALTER TABLE "api_key" ADD CONSTRAINT "api_key_constraints_are_an_object" CHECK (jsonb_typeof("constraints") = 'object');
ALTER TABLE "budget" ADD CONSTRAINT "budget_ladder_is_a_list" CHECK (jsonb_typeof("ladder") = 'array');
ALTER TABLE "budget_raise" ADD CONSTRAINT "budget_raise_is_positive" CHECK ("amount" > 0);
ALTER TABLE "budget_notice" ADD CONSTRAINT "budget_notice_percent_is_a_share" CHECK ("percent" BETWEEN 1 AND 100);

-- Gateways decide by these too.
DO $$
DECLARE
  watched text;
BEGIN
  FOREACH watched IN ARRAY ARRAY['route', 'budget_raise'] LOOP
    EXECUTE format(
      'CREATE CONSTRAINT TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "raise_control_plane_version"()',
      watched || '_raises_control_plane_version', watched
    );
  END LOOP;
END $$;
