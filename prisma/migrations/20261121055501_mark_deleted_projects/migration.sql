-- AlterTable
ALTER TABLE "projects" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3);

-- What Prisma's schema can't say.

-- A project that is marked as deleted has no keys any more, whoever marks it: its contents can't be
-- read from that commit on. The role of the admin API may mark it, and has no privilege on data keys,
-- so the function runs as the owner of the tables.
DO $$
BEGIN
  EXECUTE format($function$
    CREATE FUNCTION "forget_deleted_project"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = %I, pg_temp AS $body$
    BEGIN
      DELETE FROM data_keys WHERE project_id = NEW.id;
      DELETE FROM provider_credentials WHERE project_id = NEW.id;
      DELETE FROM api_keys WHERE project_id = NEW.id;
      RETURN NULL;
    END $body$
  $function$, current_schema());
END $$;
CREATE TRIGGER "projects_deleted" AFTER UPDATE OF "deleted_at" ON "projects"
  FOR EACH ROW WHEN (NEW."deleted_at" IS NOT NULL) EXECUTE FUNCTION "forget_deleted_project"();
