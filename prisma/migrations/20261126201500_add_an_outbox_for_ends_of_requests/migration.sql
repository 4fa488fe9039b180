-- Ends of requests that are to be delivered. The statement that ends a request writes the entry, for requests
-- whose policy has "outbox": true. The version before writes none.
CREATE TABLE "request_outbox" (
    "id" BIGSERIAL NOT NULL,
    "request_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "mode" "request_mode" NOT NULL,
    "round" INTEGER NOT NULL,
    "status" "request_status" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "request_outbox_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "request_outbox_project_id_idx" ON "request_outbox"("project_id");
