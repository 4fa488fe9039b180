-- CreateTable
CREATE TABLE "metrics_rollups" (
    "project_id" UUID NOT NULL,
    "mode" "request_mode" NOT NULL,
    "span" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(0) NOT NULL,
    "accepted" INTEGER NOT NULL,
    "completed" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "canceled" INTEGER NOT NULL,
    "retried" INTEGER NOT NULL,
    "delays" INTEGER NOT NULL,
    "delay_ms" BIGINT NOT NULL,
    "counts" JSONB NOT NULL,

    CONSTRAINT "metrics_rollups_pkey" PRIMARY KEY ("project_id","mode","span","at")
);

-- CreateTable
CREATE TABLE "metrics_minutes" (
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "looked_at" TIMESTAMPTZ(6) NOT NULL,
    "open" INTEGER NOT NULL,

    CONSTRAINT "metrics_minutes_pkey" PRIMARY KEY ("minute")
);

-- CreateIndex
CREATE INDEX "metrics_rollups_span_at_idx" ON "metrics_rollups"("span", "at");

-- What Prisma's schema can't say.

-- Where rolling up begins. The table is never empty from here on.
INSERT INTO "metrics_minutes" ("minute", "looked_at", "open")
  SELECT date_trunc('minute', coalesce(min("created_at"), now())), 'epoch', 0 FROM "requests";

GRANT SELECT ON "metrics_rollups" TO "reqrun_admin";
