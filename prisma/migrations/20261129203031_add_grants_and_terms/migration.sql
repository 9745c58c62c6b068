-- AlterTable
ALTER TABLE "installation" ADD COLUMN     "approval_threshold" DECIMAL(38,12) DEFAULT 10000;

-- AlterTable
ALTER TABLE "price_book" ALTER COLUMN "markup_basis_points" DROP NOT NULL,
ALTER COLUMN "markup_basis_points" DROP DEFAULT,
ALTER COLUMN "platform_fee_basis_points" DROP NOT NULL,
ALTER COLUMN "platform_fee_basis_points" DROP DEFAULT;

-- AlterTable
ALTER TABLE "price_book_snapshot" ALTER COLUMN "markup_basis_points" DROP NOT NULL,
ALTER COLUMN "platform_fee_basis_points" DROP NOT NULL;

-- AlterTable
ALTER TABLE "organization" ADD COLUMN     "overdraft_limit" DECIMAL(38,12) NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "plan" ADD COLUMN     "archived_at" TIMESTAMPTZ(3),
ADD COLUMN     "concurrency" INTEGER,
ADD COLUMN     "monthly_budget" DECIMAL(38,12),
ADD COLUMN     "requests_per_minute" INTEGER,
ADD COLUMN     "tokens_per_minute" INTEGER;

ALTER TABLE "installation" ADD CONSTRAINT "installation_approval_threshold_is_not_negative" CHECK ("approval_threshold" >= 0);
ALTER TABLE "organization" ADD CONSTRAINT "organization_overdraft_limit_is_not_negative" CHECK ("overdraft_limit" >= 0);
ALTER TABLE "plan" ADD CONSTRAINT "plan_is_not_negative" CHECK (
  "platform_fee" >= 0 AND "included_credit" >= 0 AND coalesce("monthly_budget", 0) >= 0
  AND coalesce("requests_per_minute", 1) > 0 AND coalesce("tokens_per_minute", 1) > 0 AND coalesce("concurrency", 1) > 0
);
