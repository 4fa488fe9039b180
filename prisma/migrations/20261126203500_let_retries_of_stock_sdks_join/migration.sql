-- Number of the retry, as the stock SDK counts it, that has joined a request without an idempotency key. The
-- version before leaves it empty, and joins nothing.
ALTER TABLE "requests" ADD COLUMN "sdk_retry" SMALLINT;

GRANT SELECT ("sdk_retry") ON "requests" TO "reqrun_admin";

-- Settings of a project that have no column. Projects that exist keep what they had.
ALTER TABLE "projects" ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';
