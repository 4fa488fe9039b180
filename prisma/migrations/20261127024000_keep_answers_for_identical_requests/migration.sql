-- Identical requests get an answer again, or wait for the one that is on its way. The version before leaves the
-- columns empty and writes no entries. It runs a request that waits when the one that it waits for should
-- have ended.
ALTER TABLE "requests" ADD COLUMN     "cache_key" BYTEA,
ADD COLUMN     "cached_at" TIMESTAMPTZ(6),
ADD COLUMN     "cached_from" UUID,
ADD COLUMN     "follows" UUID;


-- An entry points to the result of its request: there is no second copy of an answer.
CREATE TABLE "cache_entries" (
    "key" BYTEA NOT NULL,
    "project_id" UUID NOT NULL,
    "request_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "cache_entries_pkey" PRIMARY KEY ("key")
);

CREATE INDEX "cache_entries_project_id_idx" ON "cache_entries"("project_id");

CREATE INDEX "cache_entries_request_id_idx" ON "cache_entries"("request_id");

CREATE INDEX "cache_entries_expires_at_idx" ON "cache_entries"("expires_at");

-- The request that runs for a key, and those that wait for it. Both indexes are partial: a request without a
-- key costs no entry.
CREATE INDEX "requests_cache_open" ON "requests" ("cache_key", "created_at")
  WHERE "cache_key" IS NOT NULL AND "status" IN ('queued', 'retrying', 'processing');
CREATE INDEX "requests_followers" ON "requests" ("cache_key", "created_at")
  WHERE "follows" IS NOT NULL AND "status" = 'queued';

-- The admin API shows where an answer came from and clears a project's cache. It reads no key: like a
-- fingerprint, it shows which requests have equal bodies.
GRANT SELECT ("follows", "cached_from", "cached_at") ON "requests" TO "reqrun_admin";
GRANT SELECT ("project_id"), DELETE ON "cache_entries" TO "reqrun_admin";
