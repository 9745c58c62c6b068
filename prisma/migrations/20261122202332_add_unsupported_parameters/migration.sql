-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "unsupported_parameters" TEXT NOT NULL DEFAULT 'refuse';
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_unsupported_parameters" CHECK ("unsupported_parameters" IN ('refuse', 'drop'));
