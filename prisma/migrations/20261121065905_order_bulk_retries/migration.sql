-- CreateEnum
CREATE TYPE "bulk_retry_state" AS ENUM ('running', 'completed', 'failed');

-- CreateTable
CREATE TABLE "bulk_retries" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "state" "bulk_retry_state" NOT NULL DEFAULT 'running',
    "filter" JSONB NOT NULL,
    "matched" INTEGER NOT NULL,
    "retried" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "cursor_id" UUID,
    "cursor_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(6),

    CONSTRAINT "bulk_retries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "bulk_retries_project_id_idx" ON "bulk_retries"("project_id");

-- AddForeignKey
ALTER TABLE "bulk_retries" ADD CONSTRAINT "bulk_retries_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema can't say.

CREATE INDEX "bulk_retries_running" ON "bulk_retries" ("created_at") WHERE "state" = 'running';

GRANT SELECT, INSERT ON "bulk_retries" TO "reqrun_admin";
