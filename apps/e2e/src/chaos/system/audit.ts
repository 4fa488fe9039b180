import type { Pool } from '@reqrun/platform/database';

/**
 * Triggers of the harness. They note every change of a record's state, every write of a result, and every
 * change of an ended attempt, each with its transaction. They are in a schema of their own, so that the
 * product's tables are unchanged.
 */
const INSTALL = `
CREATE SCHEMA chaos;
CREATE TABLE chaos.transitions (
  n bigserial PRIMARY KEY, request_id uuid NOT NULL, at timestamptz NOT NULL, xact xid8 NOT NULL,
  old_status text, new_status text NOT NULL, old_round int, new_round int NOT NULL,
  old_fence int, new_fence int NOT NULL, new_attempts int NOT NULL
);
CREATE TABLE chaos.results (
  n bigserial PRIMARY KEY, request_id uuid NOT NULL, at timestamptz NOT NULL, xact xid8 NOT NULL,
  round int
);
CREATE TABLE chaos.rewrites (
  request_id uuid NOT NULL, number int NOT NULL, at timestamptz NOT NULL,
  old_outcome text NOT NULL, new_outcome text NOT NULL
);
CREATE FUNCTION chaos.note_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO chaos.transitions (request_id, at, xact, new_status, new_round, new_fence, new_attempts)
    VALUES (NEW.id, clock_timestamp(), pg_current_xact_id(), NEW.status, NEW.round, NEW.fence, NEW.attempts);
  ELSE
    INSERT INTO chaos.transitions (request_id, at, xact, old_status, new_status, old_round, new_round,
                                   old_fence, new_fence, new_attempts)
    VALUES (NEW.id, clock_timestamp(), pg_current_xact_id(), OLD.status, NEW.status, OLD.round, NEW.round,
            OLD.fence, NEW.fence, NEW.attempts);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER chaos_inserted AFTER INSERT ON requests
  FOR EACH ROW EXECUTE FUNCTION chaos.note_transition();
CREATE TRIGGER chaos_updated AFTER UPDATE ON requests FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.round IS DISTINCT FROM NEW.round
        OR OLD.fence IS DISTINCT FROM NEW.fence OR OLD.attempts IS DISTINCT FROM NEW.attempts)
  EXECUTE FUNCTION chaos.note_transition();
CREATE FUNCTION chaos.note_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO chaos.results (request_id, at, xact, round)
  SELECT NEW.request_id, clock_timestamp(), pg_current_xact_id(),
         (SELECT round FROM requests WHERE id = NEW.request_id);
  RETURN NULL;
END $$;
CREATE TRIGGER chaos_result AFTER INSERT OR UPDATE ON results
  FOR EACH ROW EXECUTE FUNCTION chaos.note_result();
CREATE FUNCTION chaos.note_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO chaos.rewrites VALUES (NEW.request_id, NEW.number, clock_timestamp(), OLD.outcome, NEW.outcome);
  RETURN NULL;
END $$;
CREATE TRIGGER chaos_rewrite AFTER UPDATE ON attempts FOR EACH ROW
  WHEN (OLD.outcome <> 'running') EXECUTE FUNCTION chaos.note_rewrite();`;

/**
 * Installs the triggers.
 *
 * @param pool connections of a superuser
 */
export async function installAudit(pool: Pool): Promise<void> {
  await pool.query(INSTALL);
}
