-- Ids under which providers keep responses. The version before writes none: a response that it ran is found by its
-- request's id alone.
CREATE TABLE "response_ids" (
    "project_id" UUID NOT NULL,
    "mode" "request_mode" NOT NULL,
    "response_id" TEXT NOT NULL,
    "request_id" UUID NOT NULL,

    CONSTRAINT "response_ids_pkey" PRIMARY KEY ("project_id", "mode", "response_id")
);

CREATE INDEX "response_ids_request_id_idx" ON "response_ids"("request_id");
