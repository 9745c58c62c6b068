-- AlterTable
ALTER TABLE "model" ADD COLUMN     "aliases" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "knowledge_cutoff" TEXT;
