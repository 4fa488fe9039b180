-- Alert rules of projects, the alerts that they have caused, and the notifications on their way. The version before
-- knows none of them.
CREATE TABLE "alert_rules" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "mode" "request_mode" NOT NULL,
    "threshold" DOUBLE PRECISION,
    "window_minutes" INTEGER,
    "min_requests" INTEGER,
    "remind_minutes" INTEGER,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "recipients" TEXT[],
    "webhook_url" TEXT,
    "webhook_secret" BYTEA,
    "webhook_secret_before" BYTEA,
    "webhook_secret_before_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "evaluated_at" TIMESTAMPTZ(6),
    "value" DOUBLE PRECISION,

    CONSTRAINT "alert_rules_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "alerts" (
    "id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "threshold" DOUBLE PRECISION,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "clear_since" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "last_notified_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "first_value" DOUBLE PRECISION,
    "peak_value" DOUBLE PRECISION,
    "last_value" DOUBLE PRECISION,
    "subjects" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "alert_deliveries" (
    "id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,
    "alert_id" UUID,
    "project_id" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "recipient" TEXT,
    "message" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "tries" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "alert_deliveries_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "alert_rules_project_id_idx" ON "alert_rules"("project_id");
CREATE INDEX "alerts_project_id_started_at_id_idx" ON "alerts"("project_id", "started_at", "id");
CREATE INDEX "alert_deliveries_rule_id_created_at_idx" ON "alert_deliveries"("rule_id", "created_at");
CREATE INDEX "alert_deliveries_alert_id_idx" ON "alert_deliveries"("alert_id");

ALTER TABLE "alert_rules" ADD CONSTRAINT "alert_rules_project_id_fkey" FOREIGN KEY ("project_id")
  REFERENCES "projects"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_rule_id_fkey" FOREIGN KEY ("rule_id")
  REFERENCES "alert_rules"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_rule_id_fkey" FOREIGN KEY ("rule_id")
  REFERENCES "alert_rules"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "alert_deliveries" ADD CONSTRAINT "alert_deliveries_alert_id_fkey" FOREIGN KEY ("alert_id")
  REFERENCES "alerts"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- When a call was last refused because its key was revoked or expired. The version before does not write it.
ALTER TABLE "api_keys" ADD COLUMN     "last_refused_at" TIMESTAMPTZ(3);

-- What Prisma's schema can't say.

-- A rule fires once at a time, whichever workers look at it.
CREATE UNIQUE INDEX "alerts_firing" ON "alerts" ("rule_id") WHERE "resolved_at" IS NULL;
CREATE INDEX "alerts_resolved" ON "alerts" ("resolved_at") WHERE "resolved_at" IS NOT NULL;
CREATE INDEX "alert_deliveries_pending" ON "alert_deliveries" ("next_attempt_at") WHERE "state" = 'pending';

-- A few rows that change often: room for new versions on the same page.
ALTER TABLE "alert_rules" SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

-- A rotation keeps the signing secret that it replaces. Those who rotate can't read it.
CREATE FUNCTION "keep_webhook_secret"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.webhook_secret_before := OLD.webhook_secret;
  RETURN NEW;
END $$;
CREATE TRIGGER "alert_rules_rotated" BEFORE UPDATE OF "webhook_secret_before_until" ON "alert_rules"
  FOR EACH ROW WHEN (NEW."webhook_secret_before_until" IS NOT NULL) EXECUTE FUNCTION "keep_webhook_secret"();

-- Signing secrets can be written and not be read.
GRANT SELECT ("id", "project_id", "name", "kind", "mode", "threshold", "window_minutes", "min_requests",
  "remind_minutes", "enabled", "recipients", "webhook_url", "webhook_secret_before_until", "created_at", "updated_at",
  "evaluated_at", "value") ON "alert_rules" TO "reqrun_admin";
GRANT INSERT, UPDATE, DELETE ON "alert_rules" TO "reqrun_admin";
GRANT SELECT, UPDATE ON "alerts" TO "reqrun_admin";
GRANT SELECT, INSERT ON "alert_deliveries" TO "reqrun_admin";
GRANT SELECT ("last_refused_at") ON "api_keys" TO "reqrun_admin";

-- A deleted project forgets its alert rules, with the addresses in them.
DO $$
BEGIN
  EXECUTE format($function$
    CREATE OR REPLACE FUNCTION "forget_deleted_project"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = %I, pg_temp AS $body$
    BEGIN
      DELETE FROM data_keys WHERE project_id = NEW.id;
      DELETE FROM provider_credentials WHERE project_id = NEW.id OR further_of = NEW.id;
      DELETE FROM api_keys WHERE project_id = NEW.id;
      DELETE FROM alert_rules WHERE project_id = NEW.id;
      RETURN NULL;
    END $body$
  $function$, current_schema());
END $$;
