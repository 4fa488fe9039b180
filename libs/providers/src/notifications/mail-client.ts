import { BlockList } from 'node:net';

import type { Transporter } from 'nodemailer';

import { trustedCertificates } from '../outbound-connector.js';
import { failed, type NotificationOutcome } from './outcome.js';

/** A message for one person. */
export interface Mail {
  /** Identifies the message: the same at each try, so that mail programs can tell a repetition. */
  readonly id: string;
  /** Identifies what it is about: mail programs show messages of one thread together. */
  readonly thread: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Settings of a {@link MailClient}. */
export interface MailClientOptions {
  /** Address of the mail server, `smtp://` or `smtps://`, with user and password where it asks for them. */
  readonly url: string;
  /** Sender, as `name@example.com` or `Name <name@example.com>`. */
  readonly from: string;
  /** Certificates that are trusted besides those of Node.js, as PEM. */
  readonly extraCa?: string | undefined;
  /** Milliseconds for the connection, and of silence within it. Default 15,000. */
  readonly timeoutMs?: number;
}

/** Sends mails through a mail server (SMTP, RFC 5321). It sends each mail once. */
export class MailClient {
  private transport: Promise<Transporter> | null = null;

  /** @param options the mail server */
  constructor(private readonly options: MailClientOptions) {}

  /**
   * Sends a mail. Resolves with how it ended and never rejects.
   *
   * @param mail the mail
   */
  async send(mail: Mail): Promise<NotificationOutcome> {
    const { from } = this.options;
    const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
    try {
      const transport = await this.open();
      await transport.sendMail({
        from,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        messageId: `<${mail.id}@${domain}>`,
        references: `<${mail.thread}@${domain}>`,
        // Nobody's out-of-office replies to it (RFC 3834, 5).
        headers: { 'auto-submitted': 'auto-generated' },
      });
      return { failure: null, status: null, isFinal: true };
    } catch (error) {
      return judge(error);
    }
  }

  private open(): Promise<Transporter> {
    this.transport ??= this.load();
    return this.transport;
  }

  private async load(): Promise<Transporter> {
    // Loaded when it is needed: most processes never send a mail.
    const { createTransport } = await import('nodemailer');
    const { url, extraCa, timeoutMs = 15_000 } = this.options;
    const { hostname, username, searchParams } = new URL(url);
    const ca = trustedCertificates(extraCa);
    const isSafe = isLoopback(hostname.replace(/^\[|\]$/g, ''));
    return createTransport({
      url,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // The password does not travel in clear.
      ...(username !== '' && !isSafe && !searchParams.has('ignoreTLS') && { requireTLS: true }),
      ...(ca !== undefined && { tls: { ca: [...ca] } }),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isLoopback = (host: string): boolean =>
  host === 'localhost' || loopback.check(host, host.includes(':') ? 'ipv6' : 'ipv4');

/** Codes of nodemailer's errors. Its messages have words of the server and are not looked at. */
function judge(error: unknown): NotificationOutcome {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const status = typeof responseCode === 'number' ? responseCode : null;
  switch (code) {
    case 'EAUTH':
      return failed('sign_in_failed', status);
    case 'EENVELOPE':
      // A refusal for good (RFC 5321, 4.2.1) stays one; a greylisted recipient is tried again.
      return failed('recipient_refused', status, status === null || status >= 500);
    case 'ETIMEDOUT':
      return failed('timeout', status);
    case 'ECONNECTION':
    case 'ESOCKET':
    case 'EDNS':
    case 'ETLS':
      return failed('connection_failed', status);
    default:
      return failed('smtp_error', status);
  }
}
