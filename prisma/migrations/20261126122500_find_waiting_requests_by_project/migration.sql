-- What waits, by project and mode: a worker that leaves out a project whose calls hang reads none of its
-- rows, however many they are. Partial: a request that a worker is given directly costs no entry.
CREATE INDEX "requests_waiting" ON "requests" ("project_id", "mode", "due_at")
  WHERE "status" IN ('queued', 'retrying');
