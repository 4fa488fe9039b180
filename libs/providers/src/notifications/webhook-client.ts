import { Agent, request } from 'undici';

import { networkCause } from '../network-cause.js';
import { type ConnectorOptions, outboundConnector } from '../outbound-connector.js';
import { ADDRESS_REFUSED } from '../refused-addresses.js';
import { failed, type NotificationOutcome } from './outcome.js';
import { assertAllowedWebhookUrl, type WebhookUrlRules } from './webhook-url.js';

/** A message for a webhook. */
export interface WebhookMessage {
  /** Identifies the message: the same at each try, so that the receiver can tell a repetition. */
  readonly id: string;
  readonly url: string;
  /** JSON. */
  readonly body: string;
  /** Signing secrets, `whsec_` and base64. There are two while one replaces the other. */
  readonly secrets: readonly string[];
}

/** Settings of a {@link WebhookClient}. */
export interface WebhookClientOptions extends ConnectorOptions, WebhookUrlRules {
  /** Milliseconds for the whole call. Default 15,000, within what the Standard Webhooks advise. */
  timeoutMs?: number;
}

/** Bytes of an answer that are read. Nothing in them is used. */
const MOST_ANSWER_BYTES = 64 * 1024;
const TIMED_OUT: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

/**
 * Posts signed messages to webhooks (Standard Webhooks 1.0, https://www.standardwebhooks.com), under the rules for
 * calls to providers. It sends each message once and follows no redirect.
 */
export class WebhookClient {
  private readonly agent: Agent;

  /** @param options how and where webhooks may be called */
  constructor(private readonly options: WebhookClientOptions = {}) {
    this.agent = new Agent({
      connect: outboundConnector(options),
      keepAliveTimeout: 1_000,
      pipelining: 1,
      allowH2: false,
    });
  }

  /**
   * Posts a message. Resolves with how it ended and never rejects.
   *
   * @param message the message
   */
  async post(message: WebhookMessage): Promise<NotificationOutcome> {
    try {
      assertAllowedWebhookUrl(message.url, this.options);
    } catch {
      return failed('url_not_allowed');
    }
    const timeout = AbortSignal.timeout(this.options.timeoutMs ?? 15_000);
    try {
      const { statusCode, body } = await request(message.url, {
        method: 'POST',
        dispatcher: this.agent,
        headers: await headersOf(message),
        body: message.body,
        signal: timeout,
      });
      await body.dump({ limit: MOST_ANSWER_BYTES });
      return judge(statusCode);
    } catch (error) {
      const cause = networkCause(error);
      if (timeout.aborted || TIMED_OUT.has(cause)) {
        return failed('timeout');
      }
      return failed(cause === ADDRESS_REFUSED ? 'address_refused' : 'connection_failed');
    }
  }

  /** Closes every connection without waiting. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

async function headersOf({ id, body, secrets }: WebhookMessage): Promise<Record<string, string>> {
  // Loaded when it is needed: most processes never send a webhook.
  const { Webhook } = await import('standardwebhooks');
  const now = new Date();
  return {
    'content-type': 'application/json',
    'user-agent': 'ReqRun-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}

function judge(status: number): NotificationOutcome {
  if (status >= 200 && status < 300) {
    return { failure: null, status, isFinal: true };
  }
  // The receiver wants no more of them (RFC 9110, 15.5.11).
  return status === 410 ? failed('gone', status, true) : failed('http_error', status);
}
