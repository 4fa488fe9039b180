import { CHAT_COMPLETIONS, describeErrorCode, safeProviderErrorCode } from '@reqrun/contracts';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import {
  type CallTarget,
  type Project,
  type ProjectDirectory,
  type Provider,
  type SealedKey,
  sealProviderKey,
} from '@reqrun/projects';
import {
  ADDRESS_REFUSED,
  ApiKeyError,
  assertAllowedBaseUrl,
  assertUsableApiKey,
  BaseUrlError,
  type BaseUrlRules,
  endpointModuleAt,
  forwardedHeaders,
  providerAt,
  type ProviderClient,
  type ProviderOutcome,
} from '@reqrun/providers';

import { ApiError } from '../../http/api-error.js';
import { VERSION } from '../../version.js';
import { keyOfItsOwn } from './provider-rules.js';
import { isOwnAddress, type OwnAddress } from './own-address.js';

const TEST_TIMEOUT_MS = 10_000;

/** Result of a test of a credential. It has no text of the provider. */
export interface ProviderTest {
  ok: boolean;
  http_status: number | null;
  error_code: string | null;
  duration_ms: number;
  /** Number of the provider's models, if it has listed them. */
  models: number | null;
}

/** A provider in its stored form. */
export interface SealedProvider extends SealedKey {
  baseUrl: string;
}

/** Statuses of servers that do not list their models. */
const NOT_LISTED: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * Seals, checks and tests provider credentials. It needs data keys, which the role of the admin API can't
 * read, so it uses the process's own connections.
 */
export class ProviderAccess {
  /**
   * @param directory opens the stored credential
   * @param keys the data keys
   * @param client makes the test call
   * @param rules rules for base URLs
   * @param own addresses of this API
   */
  constructor(
    private readonly directory: ProjectDirectory,
    private readonly keys: DataKeyRing,
    private readonly client: ProviderClient,
    private readonly rules: BaseUrlRules,
    private readonly own: OwnAddress,
  ) {}

  /**
   * Checks a base URL against the rules.
   *
   * @param baseUrl the base URL
   * @throws ApiError naming `base_url` and the rule
   */
  check(baseUrl: string): URL {
    let url: URL;
    try {
      url = assertAllowedBaseUrl(baseUrl, this.rules);
    } catch (error) {
      throw error instanceof BaseUrlError ? wrongBaseUrl(error.message) : error;
    }
    if (isOwnAddress(url, this.own)) {
      throw wrongBaseUrl('The base URL is ReqRun itself: every request would come back to it.');
    }
    return url;
  }

  /**
   * Checks that a key can be sent.
   *
   * @param apiKey the provider's API key
   * @throws ApiError naming `api_key` when it is not valid in a header
   */
  checkKey(apiKey: string): void {
    try {
      assertUsableApiKey(apiKey);
    } catch (error) {
      throw error instanceof ApiKeyError
        ? new ApiError('invalid_value', { param: 'api_key', message: error.message })
        : error;
    }
  }

  /**
   * Seals a credential to be stored.
   *
   * @param projectId UUID of the project
   * @param baseUrl the base URL, which was checked
   * @param apiKey the provider's API key
   * @throws ApiError naming `api_key` when it is not valid in a header
   */
  async seal(projectId: string, baseUrl: string, apiKey: string): Promise<SealedProvider> {
    return { baseUrl, ...(await this.sealKey(projectId, projectId, apiKey)) };
  }

  /**
   * Seals a key of a provider to be stored.
   *
   * @param projectId UUID of the project
   * @param providerId UUID of the provider, which alone can use it
   * @param apiKey the provider's API key
   * @throws ApiError naming `api_key` when it is not valid in a header
   */
  async sealKey(projectId: string, providerId: string, apiKey: string): Promise<SealedKey> {
    this.checkKey(apiKey);
    return {
      // Four characters would reveal too much of a short key.
      keyLastFour: apiKey.length >= 12 ? apiKey.slice(-4) : null,
      encryptedKey: await sealProviderKey(this.keys, projectId, apiKey, providerId),
    };
  }

  /**
   * Returns whether a stored key may be sent to a base URL: only to the origin that it was given for.
   *
   * @param project the project with its stored provider
   * @param baseUrl the base URL, which was checked
   */
  keepsKey(project: Project, baseUrl: string): boolean {
    const stored = project.provider.baseUrl;
    return stored !== null && new URL(stored).origin === new URL(baseUrl).origin;
  }

  /**
   * Tests a credential with one cheap call: the list of models. A server that has no such list, and of which a
   * model is known, gets a completion of one token.
   *
   * @param target the target from `targetOf`
   * @param model a model that the provider serves; null where none is known
   * @throws ApiError naming `base_url` when its name resolves to a forbidden address
   */
  async test(
    target: Omit<CallTarget, 'identity' | 'credential'>,
    model: string | null = null,
  ): Promise<ProviderTest> {
    const startedAt = performance.now();
    const headers = forwardedHeaders(VERSION, {});
    const listing = { ...target, path: '/models', headers, timeoutMs: TEST_TIMEOUT_MS };
    let outcome = await this.client.get(listing);
    const expect = endpointModuleAt(CHAT_COMPLETIONS.path);
    if (
      outcome.kind === 'http_error' &&
      NOT_LISTED.has(outcome.httpStatus) &&
      model !== null &&
      expect !== null
    ) {
      const messages = [{ role: 'user', content: 'ping' }];
      outcome = await this.client.call({
        ...listing,
        path: CHAT_COMPLETIONS.path,
        model,
        body: Buffer.from(JSON.stringify({ model, messages, max_tokens: 1 })),
        idempotencyKey: null,
        expect,
      });
    }
    if (outcome.kind === 'network_error' && outcome.cause === ADDRESS_REFUSED) {
      throw wrongBaseUrl(describeErrorCode('provider_address_refused', null).message);
    }
    return { ...judge(outcome), duration_ms: Math.round(performance.now() - startedAt) };
  }

  /**
   * Returns the target of a test call.
   *
   * @param project the project, with the stored credential as the default
   * @param given another base URL or key
   * @throws ApiError naming `base_url` or `api_key`
   */
  async targetOf(
    project: Project,
    { baseUrl, apiKey }: { baseUrl?: string | undefined; apiKey?: string | undefined },
  ): Promise<Omit<CallTarget, 'identity' | 'credential'>> {
    if (apiKey !== undefined) {
      this.checkKey(apiKey);
    }
    const url = baseUrl ?? project.provider.baseUrl;
    if (url === null) {
      const simulator = await this.directory.targetOf(project.id, 'test');
      if (simulator === null) {
        throw new ApiError('provider_not_configured');
      }
      return simulator;
    }
    this.check(url);
    if (apiKey !== undefined) {
      const { kind, name } = providerAt(url);
      return { provider: name, kind, apiVersion: null, streamUsage: 'auto', baseUrl: url, apiKey };
    }
    if (!this.keepsKey(project, url)) {
      throw keyOfItsOwn();
    }
    this.directory.forget(project.id);
    const stored = await this.directory.targetOf(project.id, 'live');
    if (stored === null) {
      throw new ApiError('provider_not_configured');
    }
    return { ...stored, baseUrl: url };
  }

  /**
   * Returns the target of a test call to a provider as it is stored.
   *
   * @param projectId UUID of the project
   * @param provider the provider
   */
  async storedTarget(projectId: string, provider: Provider): Promise<CallTarget> {
    this.check(provider.baseUrl);
    this.directory.forget(projectId);
    const stored = await this.directory.targetOf(projectId, 'live', provider.id);
    if (stored === null) {
      throw new ApiError('provider_not_configured');
    }
    return stored;
  }
}

const wrongBaseUrl = (message: string): ApiError =>
  new ApiError('invalid_value', { param: 'base_url', message });

function judge(outcome: ProviderOutcome): Omit<ProviderTest, 'duration_ms'> {
  switch (outcome.kind) {
    case 'success':
      return {
        ok: true,
        http_status: outcome.httpStatus,
        error_code: null,
        models: countModels(outcome.body),
      };
    case 'http_error':
      return {
        ok: false,
        http_status: outcome.httpStatus,
        error_code: safeProviderErrorCode(outcome.httpStatus, outcome.error?.words ?? []),
        models: null,
      };
    case 'timeout':
      return { ok: false, http_status: null, error_code: 'timeout', models: null };
    case 'invalid_response':
      return {
        ok: false,
        http_status: outcome.httpStatus,
        error_code: 'provider_response_invalid',
        models: null,
      };
    case 'network_error':
    case 'aborted':
      return { ok: false, http_status: null, error_code: 'network_error', models: null };
  }
}

function countModels(body: Buffer): number | null {
  try {
    const { data } = JSON.parse(body.toString('utf8')) as { data?: unknown };
    return Array.isArray(data) ? data.length : null;
  } catch {
    return null;
  }
}
