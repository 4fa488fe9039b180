-- A project may have several providers. The version before knows one of a project: it finds it by "project_id", and
-- writes it with ON CONFLICT ("project_id"). So this column now names the project of its default provider alone,
-- and its unique index holds that there is one. Any other provider names its project in "further_of".
ALTER TABLE "provider_credentials" ADD COLUMN     "api_version" TEXT,
ADD COLUMN     "further_of" UUID,
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'openai',
ADD COLUMN     "models" TEXT[],
ADD COLUMN     "name" TEXT NOT NULL DEFAULT 'default',
ADD COLUMN     "sealed_for" UUID,
ALTER COLUMN "project_id" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "provider_credentials_further_of_idx" ON "provider_credentials"("further_of");

-- AddForeignKey
ALTER TABLE "provider_credentials" ADD CONSTRAINT "provider_credentials_further_of_fkey" FOREIGN KEY ("further_of") REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The model of a request's plan that is called next, and the provider of the latest attempt. The version before
-- leaves them as they are.
ALTER TABLE "requests" ADD COLUMN     "plan_at" SMALLINT NOT NULL DEFAULT 0,
ADD COLUMN     "provider" TEXT;
ALTER TABLE "attempts" ADD COLUMN     "provider" TEXT;

-- What Prisma's schema can't say.

ALTER TABLE "provider_credentials" ADD CONSTRAINT "provider_credentials_of_one_project"
  CHECK (num_nonnulls("project_id", "further_of") = 1);
CREATE UNIQUE INDEX "provider_credentials_name"
  ON "provider_credentials" (coalesce("project_id", "further_of"), "name");

-- Providers get a name by their host, as far as no model of theirs begins with it: "openrouter/auto" and
-- "groq/compound" are models, and go on being called by that name.
UPDATE "provider_credentials" SET "kind" = 'openai', "name" = 'openai'
  WHERE "base_url" ~* '^https://api\.openai\.com(:443)?(/|$)';
UPDATE "provider_credentials" SET "kind" = 'anthropic', "name" = 'anthropic'
  WHERE "base_url" ~* '^https://api\.anthropic\.com(:443)?(/|$)';
UPDATE "provider_credentials" SET "kind" = 'gemini', "name" = 'gemini'
  WHERE "base_url" ~* '^https://generativelanguage\.googleapis\.com(:443)?(/|$)';
UPDATE "provider_credentials" SET "kind" = 'azure', "name" = 'azure'
  WHERE "base_url" ~* '^https://[^/:]+\.(openai\.azure\.com|services\.ai\.azure\.com|cognitiveservices\.azure\.com)(:443)?/openai/v1/?$';
UPDATE "provider_credentials" SET "kind" = 'compatible', "name" = 'mistral'
  WHERE "base_url" ~* '^https://api\.mistral\.ai(:443)?(/|$)';
UPDATE "provider_credentials" SET "kind" = 'compatible'
  WHERE "base_url" IS NOT NULL AND "name" = 'default';

GRANT SELECT ("further_of", "name", "kind", "api_version", "models", "sealed_for")
  ON "provider_credentials" TO "reqrun_admin";
GRANT SELECT ("plan_at", "provider") ON "requests" TO "reqrun_admin";

-- A deleted project forgets the keys of all its providers.
DO $$
BEGIN
  EXECUTE format($function$
    CREATE OR REPLACE FUNCTION "forget_deleted_project"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = %I, pg_temp AS $body$
    BEGIN
      DELETE FROM data_keys WHERE project_id = NEW.id;
      DELETE FROM provider_credentials WHERE project_id = NEW.id OR further_of = NEW.id;
      DELETE FROM api_keys WHERE project_id = NEW.id;
      RETURN NULL;
    END $body$
  $function$, current_schema());
END $$;
