-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "default_wait_timeout_ms" INTEGER NOT NULL DEFAULT 30000;
