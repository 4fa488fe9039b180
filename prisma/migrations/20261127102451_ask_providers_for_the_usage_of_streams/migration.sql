-- AlterTable
ALTER TABLE "provider_credentials" ADD COLUMN     "stream_usage" TEXT NOT NULL DEFAULT 'auto';

GRANT SELECT ("stream_usage") ON "provider_credentials" TO "reqrun_admin";
