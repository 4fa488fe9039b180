-- How a request is run, as one document. The version before reads and writes the columns, which stay.
ALTER TABLE "requests" ADD COLUMN "policy" JSONB;

-- What of it has no column. Projects that exist keep what they had.
ALTER TABLE "projects" ADD COLUMN "policy" JSONB NOT NULL DEFAULT '{}';

GRANT SELECT ("policy") ON "requests" TO "reqrun_admin";
