import { APIAbortError, APIConnectionError, APIError, APITimeoutError } from '@reqrun/sdk';

import type { Credentials } from '../config.js';
import { UsageError } from '../exit-codes.js';
import type {
  BoundedProject,
  Key,
  KeyWithSecret,
  Lane,
  LaneLimits,
  LaneName,
  Metrics,
  NewKey,
  NewProvider,
  Page,
  ProjectBounds,
  Provider,
  ProviderTest,
} from './types.js';

const CALL_MS = 30_000;
const PAGE_SIZE = 100;

/** Requests that figures are about. */
export interface MetricsQuery {
  /** ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  readonly mode?: 'live' | 'test';
}

/** The part of the admin API that is about keys, providers and figures. It repeats no call by itself. */
export class AdminClient {
  // A private field of the language's own: who prints a client must not print its token.
  readonly #credentials: Credentials;

  /**
   * @param credentials the server and a personal access token
   * @param signal ends its calls
   * @throws UsageError when the token is no token
   */
  constructor(
    credentials: Credentials,
    private readonly signal: AbortSignal,
  ) {
    // A key of an application is not sent where it is of no use; and fetch repeats bad headers.
    if (!/^reqrun_admin_[\x21-\x7e]+$/.test(credentials.secret)) {
      throw new UsageError('A personal access token begins with reqrun_admin_.');
    }
    this.#credentials = credentials;
  }

  /** All projects. */
  projects(): Promise<BoundedProject[]> {
    return this.all<BoundedProject>('/admin/projects');
  }

  /**
   * Changes the bounds of a project.
   *
   * @param projectId its UUID
   * @param bounds what is to change; null takes a bound away
   */
  boundProject(projectId: string, bounds: Partial<ProjectBounds>): Promise<BoundedProject> {
    const path = `/admin/projects/${encodeURIComponent(projectId)}`;
    return this.call('PATCH', path, { settings: bounds });
  }

  /**
   * All keys of a project, newest first.
   *
   * @param projectId its UUID
   */
  keys(projectId: string): Promise<Key[]> {
    return this.all<Key>(keysPath(projectId));
  }

  /**
   * Makes a key.
   *
   * @param projectId the UUID of its project
   * @param key what it is
   */
  createKey(projectId: string, key: NewKey): Promise<KeyWithSecret> {
    return this.call('POST', keysPath(projectId), key);
  }

  /**
   * Makes a key that takes another's place.
   *
   * @param projectId the UUID of their project
   * @param id the UUID of the old one
   * @param overlapSeconds how long both work; the server's default when it is undefined
   */
  rotateKey(
    projectId: string,
    id: string,
    overlapSeconds: number | undefined,
  ): Promise<KeyWithSecret> {
    return this.call('POST', keysPath(projectId, id, '/rotate'), {
      ...(overlapSeconds === undefined ? {} : { overlap_seconds: overlapSeconds }),
    });
  }

  /**
   * Takes a key back.
   *
   * @param projectId the UUID of its project
   * @param id its UUID
   */
  revokeKey(projectId: string, id: string): Promise<Key> {
    return this.call('POST', keysPath(projectId, id, '/revoke'));
  }

  /**
   * The providers of a project, the default one first.
   *
   * @param projectId its UUID
   */
  async providers(projectId: string): Promise<Provider[]> {
    return (await this.call<{ data: Provider[] }>('GET', providersPath(projectId))).data;
  }

  /**
   * Adds a provider.
   *
   * @param projectId the UUID of its project
   * @param provider what it is
   */
  addProvider(projectId: string, provider: NewProvider): Promise<Provider> {
    return this.call('POST', providersPath(projectId), provider);
  }

  /**
   * Changes a provider.
   *
   * @param projectId the UUID of its project
   * @param name its name
   * @param change what is to change
   */
  changeProvider(projectId: string, name: string, change: Partial<NewProvider>): Promise<Provider> {
    return this.call('PATCH', providersPath(projectId, name), change);
  }

  /**
   * Removes a provider and its key.
   *
   * @param projectId the UUID of its project
   * @param name its name
   */
  async removeProvider(projectId: string, name: string): Promise<void> {
    await this.call('DELETE', providersPath(projectId, name));
  }

  /**
   * Calls a provider, cheaply.
   *
   * @param projectId the UUID of its project
   * @param name its name
   */
  testProvider(projectId: string, name: string): Promise<ProviderTest> {
    return this.call('POST', providersPath(projectId, name, '/test'));
  }

  /**
   * The lanes of a project that have something to show.
   *
   * @param projectId its UUID
   */
  async lanes(projectId: string): Promise<Lane[]> {
    return (await this.call<{ data: Lane[] }>('GET', lanesPath(projectId))).data;
  }

  /**
   * Sets the limits of a lane in place of those that it has.
   *
   * @param projectId the UUID of its project
   * @param lane its name
   * @param limits the limits; all null for none
   */
  limitLane(projectId: string, lane: LaneName, limits: LaneLimits): Promise<Lane> {
    return this.call('PUT', lanesPath(projectId, '/limits'), { ...lane, ...limits });
  }

  /**
   * Stops the calls of a lane, lets them go on, or tries one.
   *
   * @param projectId the UUID of its project
   * @param lane its name
   * @param action what is done
   */
  changeLane(projectId: string, lane: LaneName, action: 'open' | 'close' | 'probe'): Promise<Lane> {
    return this.call('POST', lanesPath(projectId, `/${action}`), lane);
  }

  /**
   * Figures of a project.
   *
   * @param projectId its UUID
   * @param query which requests: a day of all of them where it is empty
   */
  metrics(projectId: string, query: MetricsQuery): Promise<Metrics> {
    const path = `/admin/projects/${encodeURIComponent(projectId)}/metrics`;
    return this.call('GET', `${path}?${new URLSearchParams({ ...query }).toString()}`);
  }

  private async all<T>(path: string): Promise<T[]> {
    const found: T[] = [];
    let after = '';
    for (;;) {
      const page: Page<T> = await this.call('GET', `${path}?limit=${PAGE_SIZE}${after}`);
      found.push(...page.data);
      if (!page.has_more || page.last_id === null) {
        return found;
      }
      after = `&after=${encodeURIComponent(page.last_id)}`;
    }
  }

  /** The caller knows the answer's shape from the wire contract. */
  private async call<T>(
    method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT',
    path: string,
    body?: object,
  ): Promise<T> {
    const { baseURL, secret } = this.#credentials;
    const timeout = AbortSignal.timeout(CALL_MS);
    let response: Response;
    let text: string;
    try {
      response = await fetch(baseURL + path, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${secret}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.signal, timeout]),
        // Followed, a POST would become a GET.
        redirect: 'manual',
      });
      text = await response.text();
    } catch (error) {
      throw this.unanswered(error, timeout);
    }
    const { status, headers } = response;
    const answer = status === 204 ? null : parse(text);
    if (!response.ok) {
      throw new APIError({ status, headers, body: answer ?? text });
    }
    if (answer === undefined) {
      throw new APIConnectionError(
        `The answer (HTTP ${status}) is not JSON: is the base URL right?`,
      );
    }
    return answer as T;
  }

  private unanswered(error: unknown, timeout: AbortSignal): APIConnectionError {
    if (this.signal.aborted) {
      return new APIAbortError('The call was interrupted; it may have been carried out.');
    }
    if (timeout.aborted) {
      return new APITimeoutError(`No answer within ${CALL_MS} ms.`);
    }
    const { cause } = error as { cause?: { code?: unknown } };
    const code = typeof cause?.code === 'string' ? ` (${cause.code})` : '';
    return new APIConnectionError(`The connection failed${code}.`, { cause: error });
  }
}

function keysPath(projectId: string, id?: string, rest = ''): string {
  const path = `/admin/projects/${encodeURIComponent(projectId)}/keys`;
  return id === undefined ? path : `${path}/${encodeURIComponent(id)}${rest}`;
}

function providersPath(projectId: string, name?: string, rest = ''): string {
  const path = `/admin/projects/${encodeURIComponent(projectId)}/providers`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}${rest}`;
}

function lanesPath(projectId: string, rest = ''): string {
  return `/admin/projects/${encodeURIComponent(projectId)}/lanes${rest}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
