-- AlterTable
ALTER TABLE "bulk_retries" ADD COLUMN     "accepts_provider_change" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "provider_credentials" ADD COLUMN     "origin_changed_at" TIMESTAMPTZ(6);

-- What Prisma's schema can't say.

GRANT SELECT ("origin_changed_at") ON "provider_credentials" TO "reqrun_admin";
