-- People set limits of lanes, stop and start them. A lane with limits, or one that a person has stopped, keeps its row.
-- The version before holds the limits by time, and not that of calls at once.
ALTER TABLE "lanes" ADD COLUMN     "max_calls" INTEGER;

GRANT INSERT, UPDATE, DELETE ON "lanes" TO "reqrun_admin";

-- Whether what a provider tells of its limits slows its calls, and whether its failures stop them.
ALTER TABLE "provider_credentials" ADD COLUMN     "breaker" TEXT NOT NULL DEFAULT 'auto',
ADD COLUMN     "pacing" TEXT NOT NULL DEFAULT 'auto';

GRANT SELECT ("pacing", "breaker") ON "provider_credentials" TO "reqrun_admin";

-- What a request was waiting for when its deadline passed: a provider's limit, or a lane that was open.
ALTER TABLE "requests" ADD COLUMN     "waited_for" TEXT;

GRANT SELECT ("waited_for") ON "requests" TO "reqrun_admin";
