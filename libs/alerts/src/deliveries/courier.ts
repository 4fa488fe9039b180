import type { AlertChannel, AlertEvent } from '@reqrun/contracts';
import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import { type Pool, run } from '@reqrun/platform/database';
import type { Logger } from '@reqrun/platform/logging';
import {
  failed,
  type MailClient,
  type NotificationOutcome,
  type WebhookClient,
} from '@reqrun/providers';

import { openSigningSecret } from '../rules/signing-secret.js';
import { type AlertMessage, mailOf } from './message.js';

/** Parts of a {@link Courier}. */
export interface CourierParts {
  pool: Pool;
  keys: DataKeyRing;
  webhooks: Pick<WebhookClient, 'post'>;
  /** Null where no mail server is configured. */
  mail: Pick<MailClient, 'send'> | null;
  logger: Logger;
}

/** Waits before the second and every further try, in seconds, each with up to a tenth of jitter. 16 hours in all. */
const WAITS_S = [10, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800];
/** Tries of a delivery, at most. */
export const MOST_TRIES = WAITS_S.length + 1;
/** Time after which another worker takes a delivery on: longer than any try, which ends after 60 s. */
const LEASE_S = 120;
const TRY_LIMIT_MS = 60_000;
/** Deliveries that are sent at once. */
const BATCH = 20;

/**
 * Takes on deliveries that are due. The count of attempts is the fence: whoever took it on with another count has
 * lost it. $1 seconds of the lease, $2 rows
 */
const TAKE_DUE = `
WITH due AS (
  SELECT id FROM alert_deliveries WHERE state = 'pending' AND next_attempt_at <= now()
  ORDER BY next_attempt_at LIMIT $2::int FOR UPDATE SKIP LOCKED
)
UPDATE alert_deliveries d
SET attempts = d.attempts + 1, next_attempt_at = now() + $1::int * interval '1 second'
FROM due, alert_rules r
WHERE d.id = due.id AND r.id = d.rule_id
RETURNING d.id, d.rule_id, d.project_id, d.event, d.channel, d.recipient, d.message, d.attempts, r.webhook_url,
          r.webhook_secret, CASE WHEN r.webhook_secret_before_until > now() THEN r.webhook_secret_before END
            AS webhook_secret_before`;

/** $1 delivery, $2 attempts, $3 state, $4 failure, $5 status, $6 seconds until the next try */
const FINISH = `
UPDATE alert_deliveries SET state = $3::text,
  tries = tries || jsonb_build_object('at', to_jsonb(now()), 'failure', $4::text, 'status', $5::int),
  next_attempt_at = now() + $6::float8 * (1 + random() * 0.1) * interval '1 second',
  ended_at = CASE WHEN $3::text <> 'pending' THEN now() END
WHERE id = $1::uuid AND attempts = $2::int AND state = 'pending'`;

interface TakenRow extends Record<string, unknown> {
  id: string;
  rule_id: string;
  project_id: string;
  event: AlertEvent;
  channel: AlertChannel;
  recipient: string | null;
  message: AlertMessage;
  attempts: number;
  webhook_url: string | null;
  webhook_secret: Buffer | null;
  webhook_secret_before: Buffer | null;
}

/**
 * Delivers notifications, each at least once: a worker that dies while it sends one leaves it to another. A try that
 * failed is repeated with growing waits.
 */
export class Courier {
  /** @param parts the database and the clients */
  constructor(private readonly parts: CourierParts) {}

  /**
   * Sends all notifications that are due.
   *
   * @param signal stops it after those that are under way
   * @throws DatabaseError
   */
  async deliverDue(signal: AbortSignal): Promise<void> {
    for (let more = true; more && !signal.aborted;) {
      const statement = { name: 'alert-deliveries-take', text: TAKE_DUE };
      const taken = await run<TakenRow>(this.parts.pool, statement, [LEASE_S, BATCH]);
      await Promise.all(taken.map((delivery) => this.deliver(delivery)));
      more = taken.length === BATCH;
    }
  }

  private async deliver(delivery: TakenRow): Promise<void> {
    const { id, rule_id: ruleId, project_id: projectId, event, channel, attempts } = delivery;
    const { failure, status, isFinal } = await limited(this.send(delivery));
    const isOver = failure === null || isFinal || attempts >= MOST_TRIES;
    const state = failure === null ? 'delivered' : isOver ? 'failed' : 'pending';
    await run(this.parts.pool, { name: 'alert-deliveries-finish', text: FINISH }, [
      ...[id, attempts, state, failure, status, WAITS_S[attempts - 1] ?? 0],
    ]);
    const fields = { delivery_id: id, rule_id: ruleId, project_id: projectId, event, channel };
    if (failure === null) {
      this.parts.logger.info('alert.delivered', { ...fields, attempts });
    } else {
      const outcome = { failure, status, gives_up: isOver };
      this.parts.logger.warn('alert.delivery_failed', { ...fields, attempts, ...outcome });
    }
  }

  private async send(delivery: TakenRow): Promise<NotificationOutcome> {
    const { id, recipient, message } = delivery;
    if (delivery.channel === 'email') {
      return recipient === null || this.parts.mail === null
        ? failed('not_configured')
        : this.parts.mail.send(mailOf(id, recipient, message));
    }
    const { webhook_url: url } = delivery;
    if (url === null) {
      return failed('channel_removed', null, true);
    }
    try {
      const secrets = await this.secretsOf(delivery);
      return await this.parts.webhooks.post({
        ...{ id: `msg_${id}`, url, secrets },
        body: JSON.stringify(message),
      });
    } catch (error) {
      if (error instanceof UnreadableError) {
        return failed('secret_unreadable');
      }
      throw error;
    }
  }

  private secretsOf(delivery: TakenRow): Promise<string[]> {
    const { rule_id: ruleId, project_id: projectId } = delivery;
    const sealed = [delivery.webhook_secret, delivery.webhook_secret_before];
    return Promise.all(
      sealed.flatMap((secret) =>
        secret === null ? [] : [openSigningSecret(this.parts.keys, projectId, ruleId, secret)],
      ),
    );
  }
}

/** Ends the wait for a try before its lease does. */
async function limited(sending: Promise<NotificationOutcome>): Promise<NotificationOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<NotificationOutcome>((resolve) => {
    timer = setTimeout(() => resolve(failed('timeout')), TRY_LIMIT_MS);
  });
  try {
    return await Promise.race([sending, limit]);
  } finally {
    clearTimeout(timer);
  }
}
