-- What a request under the cache finds: an answer, or an identical request that is under way. A statement sees what was
-- committed when it began, so one that waits for a lock and then looks would miss what the holder has written. A
-- query in a volatile function sees what is committed when that query begins. So one statement locks, looks and
-- accepts, where it took a transaction of four. The version before takes the same locks by itself.
--
-- A change of it gets a new name: processes of the version before call this one. The conditions are those of
-- `cache-parts.ts`, and a test compares them.
CREATE FUNCTION "find_identical"(
  "ids" UUID[], "projects" UUID[], "modes" "request_mode"[], "idempotency_keys" TEXT[],
  "cache_keys" TEXT[], "ttls" INTEGER[], "locks" BIGINT[]
) RETURNS TABLE (
  "id" UUID, "source_id" UUID, "entry_at" TIMESTAMPTZ, "source_provider" TEXT,
  "leader_id" UUID, "leader_deadline" TIMESTAMPTZ, "is_key_used" BOOLEAN
) LANGUAGE plpgsql VOLATILE ROWS 32 AS $$
#variable_conflict use_column
BEGIN
  -- In the order that is given, which is the same in every process.
  PERFORM pg_advisory_xact_lock(l.key) FROM unnest(locks) AS l (key);
  RETURN QUERY
  SELECT i.id, e.request_id, e.created_at, e.provider, l.id, l.deadline_at,
         i.idempotency_key IS NOT NULL AND EXISTS (
           SELECT FROM requests r WHERE r.project_id = i.project_id AND r.mode = i.mode
             AND r.idempotency_key = i.idempotency_key)
  FROM (
    SELECT unnest(ids) AS id, unnest(projects) AS project_id, unnest(modes) AS mode,
           unnest(idempotency_keys) AS idempotency_key, decode(unnest(cache_keys), 'hex') AS cache_key,
           unnest(ttls) AS ttl
  ) AS i
  LEFT JOIN LATERAL (
    SELECT c.request_id, c.created_at, s.provider FROM cache_entries c
    JOIN requests s ON s.id = c.request_id
    WHERE c.key = i.cache_key AND c.project_id = i.project_id AND s.mode = i.mode
      AND c.expires_at > now() AND c.created_at > now() - i.ttl * interval '1 second'
      AND s.status = 'completed' AND s.content_deleted_at IS NULL
    LIMIT 1
  ) AS e ON true
  LEFT JOIN LATERAL (
    SELECT r.id, r.deadline_at FROM requests r
    WHERE r.cache_key = i.cache_key AND
    r.cache_key IS NOT NULL AND r.status IN ('queued', 'retrying', 'processing')
    AND (r.status <> 'queued' OR r.follows IS NULL OR r.follows = r.id)
    ORDER BY r.created_at LIMIT 1
  ) AS l ON e.request_id IS NULL;
END $$;
