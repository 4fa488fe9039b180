import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A notification that a webhook has received. */
export interface ReceivedNotification {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly type: string;
}

/** A webhook's receiver on loopback. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedNotification[];
  close(): Promise<void>;
}

/** Starts a receiver of webhooks on a free port. It answers 204. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedNotification[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const { type } = JSON.parse(text) as { type: string };
      received.push({ headers: request.headers as Record<string, string>, text, type });
      response.writeHead(204, { connection: 'close' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts?token=hidden-token`,
    received,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/**
 * The signature that a notification must have (Standard Webhooks 1.0), computed independently of the product.
 *
 * @param secret signing secret, `whsec_` and base64
 * @param notification the notification
 */
export function signatureOf(secret: string, { headers, text }: ReceivedNotification): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.${text}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}
