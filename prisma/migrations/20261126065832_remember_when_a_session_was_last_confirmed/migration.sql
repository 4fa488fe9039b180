-- AlterTable
ALTER TABLE "person_sessions" ADD COLUMN     "authenticated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- What Prisma's schema can't say.

-- A session that is there already was last confirmed when it was made, not now.
UPDATE "person_sessions" SET "authenticated_at" = "created_at";
