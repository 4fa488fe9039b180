-- The fingerprint of a body shows which requests of a project have equal bodies. The role of the admin API
-- keeps every other column. A column that is added later has to be granted to it.
REVOKE SELECT ON "requests" FROM "reqrun_admin";
GRANT SELECT (
  "id", "project_id", "api_key_id", "mode", "endpoint", "status", "model", "requested_model",
  "idempotency_key", "metadata", "retry_count", "retry_on_codes", "on_lost", "call_timeout_ms",
  "deadline_ms", "payload_bytes", "round", "attempts", "retries_used", "losses", "fence",
  "call_number", "repeats_call", "due_at", "lease_owner", "lease_expires_at", "deadline_at",
  "created_at", "updated_at", "started_at", "completed_at", "error_code", "error_http_status",
  "last_error_code", "usage", "content_deleted_at"
) ON "requests" TO "reqrun_admin";
