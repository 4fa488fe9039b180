-- Responses that run in the background at a provider. The version before leaves the columns empty, and takes a lost
-- attempt for one without a response.
ALTER TABLE "attempts" ADD COLUMN "provider_response_id" TEXT,
ADD COLUMN "provider_target" TEXT,
ADD COLUMN "provider_cancel_at" TIMESTAMPTZ(6);

-- Those that may still run. Its predicate names no column that an ordinary attempt ever changes, so the updates of
-- attempts stay as cheap as they were.
CREATE INDEX "attempts_running_responses" ON "attempts" ("request_id") WHERE "provider_target" IS NOT NULL;
