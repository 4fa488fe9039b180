import type { Agent } from 'node:http';

import { type Answer, Client, jsonOf, type SentHeaders } from './client.js';

/** Credentials of the first owner of every cluster. */
export const OWNER = { email: 'owner@localhost', password: 'the first owner of all' };

/** The cookies of the session and of the device, for a dashboard without https. */
const COOKIE = /^reqrun_(session|device)=([^;]*)/;

/** A browser at the dashboard, or a script with a personal access token. */
export class AdminClient {
  /** Value of the session cookie. */
  cookie: string | null = null;
  /** Value of the cookie by which this browser is recognized after it has signed in once. */
  device: string | null = null;

  /**
   * @param origin origin of the API
   * @param token personal access token, or null
   * @param agent agent with the connections; without one each call has its own
   */
  constructor(
    readonly origin: string,
    private readonly token: string | null = null,
    private readonly agent: Agent | false = false,
  ) {}

  /**
   * Makes a call as the dashboard does. It stores returned cookies.
   *
   * @param method e.g. `POST`
   * @param path e.g. `/admin/people`
   * @param body body to send as JSON
   * @param headers headers besides those that the browser sends
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

  /** Makes a GET. */
  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /** Makes a POST. */
  post(path: string, body?: object): Promise<Answer> {
    return this.call('POST', path, body);
  }

  /**
   * Signs in.
   *
   * @throws Error when the sign-in is refused
   */
  async signIn(who: { email: string; password: string; totp_code?: string }): Promise<void> {
    await this.expect(200, 'POST', '/admin/session', who);
  }

  /**
   * Makes a call that must be answered with one status.
   *
   * @returns the answer's body, with a shape that the caller knows
   * @throws Error with the answer if its status is another
   */
  async expect<T>(status: number, method: string, path: string, body?: object): Promise<T> {
    const answer = await this.call(method, path, body);
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString('utf8')}`);
    }
    return answer.body.length === 0 ? (undefined as T) : jsonOf<T>(answer);
  }

  /**
   * Creates another user, invited by this owner, with a browser.
   *
   * @param role role of the user
   * @param email email of the user
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
   * Creates a personal access token of this user.
   *
   * @param scopes scopes of the token
   * @param more further fields, e.g. `expires_at`
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
