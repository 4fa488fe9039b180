-- What waits, by project, mode, API key and model at its provider: claims that take turns find the first request of
-- each without reading the others, however many they are. Partial: a request that a worker is given directly costs
-- no entry. The expressions are those of libs/requests/src/sql/transitions/turns.ts.
CREATE INDEX "requests_turns" ON "requests" (
  "project_id", "mode", (hashtextextended("api_key_id"::text, 0)),
  (hashtextextended(coalesce("policy" #>> ARRAY['plan', "plan_at"::text, 'providerId'], '') || '/' || "model", 0)),
  "due_at"
) WHERE "status" IN ('queued', 'retrying');

-- It serves what the one before served, by its first two columns.
DROP INDEX "requests_waiting";
