import type { Agent } from 'node:http';

import { type Answer, Client, jsonOf, type SentHeaders } from './client.js';

/** The first owner of every cluster. */
export const OWNER = { email: 'owner@localhost', password: 'the first owner of all' };

/** The cookies of the session and of the device, where the dashboard is not on https. */
const COOKIE = /^reqrun_(session|device)=([^;]*)/;

/** A browser on the dashboard, or a script with a personal access token. */
export class AdminClient {
  /** The value of the session's cookie. */
  cookie: string | null = null;
  /** The value of the cookie by which this browser is known after it has signed in once. */
  device: string | null = null;

  /**
   * @param origin of the API
   * @param token a personal access token, or none
   * @param agent whose connections are used; without one each call has its own
   */
  constructor(
    readonly origin: string,
    private readonly token: string | null = null,
    private readonly agent: Agent | false = false,
  ) {}

  /**
   * Makes a call as the dashboard does. A cookie that comes back is kept.
   *
   * @param method e.g. `POST`
   * @param path e.g. `/admin/people`
   * @param body to be sent as JSON
   * @param headers over those that the browser sends
   */
  async call(
    method: string,
    path: string,
    body?: object,
    headers: SentHeaders = {},
  ): Promise<Answer> {
    const answer = await new Client(this.origin, this.token, this.agent).call(method, path, body, {
      ...this.browserHeaders(),
      ...headers,
    });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value = ''] = COOKIE.exec(line) ?? [];
      if (name !== undefined) {
        this[name === 'session' ? 'cookie' : 'device'] = value === '' ? null : value;
      }
    }
    return answer;
  }

  private browserHeaders(): SentHeaders {
    const cookies = [
      ...(this.cookie === null ? [] : [`reqrun_session=${this.cookie}`]),
      ...(this.device === null ? [] : [`reqrun_device=${this.device}`]),
    ];
    return cookies.length === 0
      ? {}
      : { cookie: cookies.join('; '), 'sec-fetch-site': 'same-origin' };
  }

  /** A GET. */
  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /** A POST. */
  post(path: string, body?: object): Promise<Answer> {
    return this.call('POST', path, body);
  }

  /**
   * Signs in.
   *
   * @throws Error when it is refused
   */
  async signIn(who: { email: string; password: string; totp_code?: string }): Promise<void> {
    await this.expect(200, 'POST', '/admin/session', who);
  }

  /**
   * A call that must be answered with one status.
   *
   * @returns the answer's body; the caller knows its shape
   * @throws Error with what came instead
   */
  async expect<T>(status: number, method: string, path: string, body?: object): Promise<T> {
    const answer = await this.call(method, path, body);
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString('utf8')}`);
    }
    return answer.body.length === 0 ? (undefined as T) : jsonOf<T>(answer);
  }

  /**
   * Makes another person, invited by this owner, and their browser.
   *
   * @param role what they are
   * @param email who they are
   */
  async invite(
    role: string,
    email: string,
  ): Promise<{ browser: AdminClient; id: string; password: string }> {
    const { token } = await this.expect<{ token: string }>(201, 'POST', '/admin/invitations', {
      email,
      role,
    });
    const browser = new AdminClient(this.origin);
    const password = `the password of ${email}`;
    const { person } = await browser.expect<{ person: { id: string } }>(
      200,
      'POST',
      '/admin/invitations/accept',
      { token, name: role, password },
    );
    return { browser, id: person.id, password };
  }

  /**
   * Makes a personal access token of this person.
   *
   * @param scopes what it may be used for
   * @param more e.g. `expires_at`
   */
  async addToken(
    scopes: readonly string[],
    more: object = {},
  ): Promise<{ id: string; secret: string; client: AdminClient }> {
    const made = await this.expect<{ id: string; secret: string }>(
      201,
      'POST',
      '/admin/me/tokens',
      { name: 'script', scopes, ...more },
    );
    return { ...made, client: new AdminClient(this.origin, made.secret) };
  }
}
