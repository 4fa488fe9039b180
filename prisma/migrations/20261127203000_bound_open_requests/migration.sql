-- Room for requests of projects whose open requests are bounded. A project without a bound has no row, and the version
-- before knows none of them: it accepts without a bound, as before.
CREATE TABLE "open_rooms" (
    "project_id" UUID NOT NULL,
    "mode" "request_mode" NOT NULL,
    "bound" INTEGER NOT NULL,
    "room" INTEGER NOT NULL,
    "next_count_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "open_rooms_pkey" PRIMARY KEY ("project_id", "mode")
);

ALTER TABLE "open_rooms" ADD CONSTRAINT "open_rooms_project_id_fkey" FOREIGN KEY ("project_id")
  REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A few rows that change often: room for new versions on the same page, and no index but the key.
ALTER TABLE "open_rooms" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

-- Workers read each second which projects bound their calls: hardly any.
CREATE INDEX "projects_bounded_calls" ON "projects" ("id") WHERE "settings"->>'maxConcurrentCalls' IS NOT NULL;
