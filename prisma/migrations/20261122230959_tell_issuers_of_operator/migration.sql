-- AlterTable
ALTER TABLE "sso_connection" ADD COLUMN     "issuer_by_operator" BOOLEAN NOT NULL DEFAULT false;
