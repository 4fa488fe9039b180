-- Lanes in trouble: models of a provider that are limited or fail. A healthy lane has no row, and the version before
-- knows none of them: it calls at full speed, as before.
CREATE TABLE "lanes" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "provider_id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "named" BIGINT NOT NULL,
    "as_default" BIGINT,
    "phase" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "reason" TEXT,
    "since" TIMESTAMPTZ(6) NOT NULL,
    "rate" DOUBLE PRECISION,
    "growth" DOUBLE PRECISION NOT NULL,
    "top_rate" DOUBLE PRECISION NOT NULL,
    "level" DOUBLE PRECISION NOT NULL,
    "level_at" TIMESTAMPTZ(6) NOT NULL,
    "cap" DOUBLE PRECISION NOT NULL,
    "hold_until" TIMESTAMPTZ(6),
    "started" BIGINT NOT NULL,
    "probe_at" TIMESTAMPTZ(6),
    "memory" JSONB NOT NULL,

    CONSTRAINT "lanes_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "lanes" ADD CONSTRAINT "lanes_provider_id_fkey" FOREIGN KEY ("provider_id")
  REFERENCES "provider_credentials"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A few rows that change often: room for new versions on the same page, and no index but the key.
ALTER TABLE "lanes" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

-- The admin API tells why a request waits.
GRANT SELECT ON "lanes" TO "reqrun_admin";
