-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "request_status" AS ENUM ('queued', 'processing', 'retrying', 'completed', 'failed', 'canceled');

-- CreateEnum
CREATE TYPE "attempt_outcome" AS ENUM ('running', 'succeeded', 'failed', 'lost', 'released', 'canceled');

-- CreateEnum
CREATE TYPE "request_mode" AS ENUM ('live', 'test');

-- CreateEnum
CREATE TYPE "on_lost" AS ENUM ('retry', 'fail');

-- CreateTable
CREATE TABLE "projects" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),
    "default_wait" BOOLEAN NOT NULL DEFAULT false,
    "retry_count" SMALLINT NOT NULL DEFAULT 3,
    "retry_on_codes" SMALLINT[],
    "on_lost" "on_lost" NOT NULL DEFAULT 'retry',
    "call_timeout_ms" INTEGER NOT NULL DEFAULT 600000,
    "deadline_ms" BIGINT NOT NULL DEFAULT 86400000,
    "payload_retention_days" INTEGER NOT NULL DEFAULT 30,
    "record_retention_days" INTEGER NOT NULL DEFAULT 90,

    CONSTRAINT "projects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provider_credentials" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "base_url" TEXT,
    "encrypted_key" BYTEA,
    "key_last_four" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_credentials_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "mode" "request_mode" NOT NULL,
    "name" TEXT NOT NULL,
    "key_hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "last_four" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "rotated_from_id" UUID,

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "data_keys" (
    "id" SERIAL NOT NULL,
    "project_id" UUID NOT NULL,
    "wrapped" BYTEA NOT NULL,
    "master_key_id" TEXT NOT NULL,
    "uses" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "data_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "secrets" (
    "name" TEXT NOT NULL,
    "wrapped" BYTEA NOT NULL,
    "master_key_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "secrets_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "requests" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "mode" "request_mode" NOT NULL,
    "endpoint" TEXT NOT NULL,
    "status" "request_status" NOT NULL,
    "model" TEXT NOT NULL,
    "requested_model" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "fingerprint" BYTEA,
    "metadata" JSONB,
    "retry_count" SMALLINT NOT NULL,
    "retry_on_codes" SMALLINT[],
    "on_lost" "on_lost" NOT NULL,
    "call_timeout_ms" INTEGER NOT NULL,
    "deadline_ms" BIGINT NOT NULL,
    "payload_bytes" INTEGER NOT NULL,
    "round" SMALLINT NOT NULL DEFAULT 1,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "retries_used" SMALLINT NOT NULL DEFAULT 0,
    "losses" SMALLINT NOT NULL DEFAULT 0,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "call_number" INTEGER NOT NULL DEFAULT 0,
    "repeats_call" BOOLEAN NOT NULL DEFAULT false,
    "due_at" TIMESTAMPTZ(6) NOT NULL,
    "lease_owner" UUID,
    "lease_expires_at" TIMESTAMPTZ(6),
    "deadline_at" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "updated_at" TIMESTAMPTZ(6) NOT NULL,
    "started_at" TIMESTAMPTZ(6),
    "completed_at" TIMESTAMPTZ(6),
    "error_code" TEXT,
    "error_http_status" SMALLINT,
    "last_error_code" TEXT,
    "usage" JSONB,
    "content_deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempts" (
    "request_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "round" SMALLINT NOT NULL,
    "call_number" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "worker_id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "ended_at" TIMESTAMPTZ(6),
    "outcome" "attempt_outcome" NOT NULL,
    "http_status" SMALLINT,
    "error_code" TEXT,
    "provider_request_id" TEXT,
    "decision" TEXT,
    "decision_reason" TEXT,
    "delay_ms" INTEGER,
    "delay_source" TEXT,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("request_id","number")
);

-- CreateTable
CREATE TABLE "payloads" (
    "request_id" UUID NOT NULL,
    "ciphertext" BYTEA NOT NULL,

    CONSTRAINT "payloads_pkey" PRIMARY KEY ("request_id")
);

-- CreateTable
CREATE TABLE "results" (
    "request_id" UUID NOT NULL,
    "ciphertext" BYTEA NOT NULL,

    CONSTRAINT "results_pkey" PRIMARY KEY ("request_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "provider_credentials_project_id_key" ON "provider_credentials"("project_id");

-- CreateIndex
CREATE UNIQUE INDEX "api_keys_key_hash_key" ON "api_keys"("key_hash");

-- CreateIndex
CREATE INDEX "api_keys_project_id_idx" ON "api_keys"("project_id");

-- CreateIndex
CREATE INDEX "data_keys_project_id_idx" ON "data_keys"("project_id");

-- CreateIndex
CREATE INDEX "requests_project_id_mode_created_at_id_idx" ON "requests"("project_id", "mode", "created_at", "id");

-- AddForeignKey
ALTER TABLE "provider_credentials" ADD CONSTRAINT "provider_credentials_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema can't say.

-- One request per key, project and mode; requests without a key cost no entry.
CREATE UNIQUE INDEX "requests_idempotency_key" ON "requests" ("project_id", "mode", "idempotency_key")
  WHERE "idempotency_key" IS NOT NULL;

-- What can be claimed, oldest first. The deadline is part of it so that what is overdue is found
-- in the index alone.
CREATE INDEX "requests_due" ON "requests" ("due_at", "deadline_at")
  WHERE "status" IN ('queued', 'retrying');

-- What is being run, by the end of its lease.
CREATE INDEX "requests_lease" ON "requests" ("lease_expires_at")
  WHERE "status" = 'processing';

-- Compressing ciphertext is wasted time.
ALTER TABLE "payloads" ALTER COLUMN "ciphertext" SET STORAGE EXTERNAL;
ALTER TABLE "results" ALTER COLUMN "ciphertext" SET STORAGE EXTERNAL;

-- Each request is updated two or three times and each attempt once: room on the page keeps the new
-- version beside the old one, and frequent small vacuums keep the indexes short.
ALTER TABLE "requests" SET (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_insert_scale_factor = 0.1,
  autovacuum_vacuum_cost_delay = 1
);
ALTER TABLE "attempts" SET (
  fillfactor = 90,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 1
);
ALTER TABLE "payloads" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
ALTER TABLE "results" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
