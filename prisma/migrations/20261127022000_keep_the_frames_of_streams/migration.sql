-- Frames of streams, in groups that were committed together. The version before writes none, and refuses streams.
CREATE TABLE "stream_batches" (
    "request_id" UUID NOT NULL,
    "log" INTEGER NOT NULL,
    "from_no" INTEGER NOT NULL,
    "frames" SMALLINT NOT NULL,
    "ciphertext" BYTEA NOT NULL,

    CONSTRAINT "stream_batches_pkey" PRIMARY KEY ("request_id","log","from_no")
);

ALTER TABLE "requests" ADD COLUMN "stream" SMALLINT NOT NULL DEFAULT 0,
ADD COLUMN "result_log" INTEGER;

ALTER TABLE "attempts" ADD COLUMN "log" INTEGER,
ADD COLUMN "frames" INTEGER,
ADD COLUMN "first_frame_at" TIMESTAMPTZ(6);

ALTER TABLE "response_ids" ADD COLUMN "log" INTEGER;

-- What Prisma's schema can't say.

-- Sealed bytes do not compress.
ALTER TABLE "stream_batches" ALTER COLUMN "ciphertext" SET STORAGE EXTERNAL;
ALTER TABLE "stream_batches" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- The admin API reads the columns, and no frame: its role has no right on the table.
GRANT SELECT ("stream", "result_log") ON "requests" TO "reqrun_admin";
