-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "scopes" TEXT[];

-- What Prisma's schema can't say.

-- Keys from before scopes may do what they could. A process of the version before writes none: such a
-- key may do both, too.
UPDATE "api_keys" SET "scopes" = ARRAY['requests:write', 'requests:read'];
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes_check"
  CHECK ("scopes" <@ ARRAY['requests:write', 'requests:read'] AND cardinality("scopes") > 0);

-- A key has one successor at most: two that rotate it at the same time can't both.
CREATE UNIQUE INDEX "api_keys_rotated_from_id" ON "api_keys" ("rotated_from_id")
  WHERE "rotated_from_id" IS NOT NULL AND "revoked_at" IS NULL;
