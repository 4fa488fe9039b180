-- What people look for, in lists of any length. All of them are partial: a request that succeeds and has
-- no metadata costs no entry.

-- Failed and canceled requests, newest first.
CREATE INDEX "requests_ended_badly" ON "requests" ("project_id", "mode", "status", "created_at", "id")
  WHERE "status" IN ('failed', 'canceled');

-- One error code among many, newest first.
CREATE INDEX "requests_error_code" ON "requests" ("project_id", "mode", "error_code", "created_at", "id")
  WHERE "error_code" IS NOT NULL;

-- A pair of metadata, e.g. the number of an order.
CREATE INDEX "requests_metadata" ON "requests" USING gin ("metadata" jsonb_path_ops)
  WHERE "metadata" IS NOT NULL;
