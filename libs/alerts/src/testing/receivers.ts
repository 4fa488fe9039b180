import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { SMTPServer } from 'smtp-server';

/** A call that a webhook has received. */
export interface ReceivedCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A webhook's receiver on loopback. */
export interface WebhookReceiver {
  readonly url: string;
  readonly calls: readonly ReceivedCall[];
  /** Statuses of the next answers; 204 when none is left. */
  readonly statuses: number[];
  close(): Promise<void>;
}

/** Starts a receiver of webhooks. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const calls: ReceivedCall[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      calls.push({ path: request.url ?? '', headers, body });
      response.writeHead(statuses.shift() ?? 204, { connection: 'close' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks/alerts?token=abc`,
    calls,
    statuses,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A mail server on loopback. */
export interface MailServer {
  readonly port: number;
  /** Mails that were taken: envelope and text. */
  readonly mails: readonly { to: string[]; from: string; text: string }[];
  /** Recipients that are refused, with the status of the refusal. */
  readonly refused: Map<string, number>;
  close(): Promise<void>;
}

/** Starts a mail server that takes mails from anybody, or from who signs in with the given password. */
export async function startMailServer(password?: string): Promise<MailServer> {
  const mails: { to: string[]; from: string; text: string }[] = [];
  const refused = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: password === undefined,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth(given, _session, callback) {
      if (given.password === password) {
        callback(null, { user: given.username ?? '' });
      } else {
        callback(new Error('wrong password'));
      }
    },
    onRcptTo({ address }, _session, callback) {
      const status = refused.get(address);
      callback(
        status === undefined
          ? null
          : Object.assign(new Error('not here'), { responseCode: status }),
      );
    },
    onData(stream, session, callback) {
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (piece: string) => (text += piece));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        mails.push({ to: rcptTo.map(({ address }) => address), from, text });
        callback();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    refused,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
