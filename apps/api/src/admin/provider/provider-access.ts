import { describeErrorCode, safeProviderErrorCode } from '@reqrun/contracts';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import {
  type CallTarget,
  type Project,
  type ProjectDirectory,
  sealProviderKey,
} from '@reqrun/projects';
import {
  ADDRESS_REFUSED,
  ApiKeyError,
  assertAllowedBaseUrl,
  assertUsableApiKey,
  BaseUrlError,
  type BaseUrlRules,
  forwardedHeaders,
  type ProviderClient,
  type ProviderOutcome,
} from '@reqrun/providers';

import { ApiError } from '../../http/api-error.js';
import { VERSION } from '../../version.js';
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
export interface SealedProvider {
  baseUrl: string;
  keyLastFour: string | null;
  encryptedKey: Uint8Array | null;
}

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
   * Seals a credential to be stored.
   *
   * @param projectId UUID of the project
   * @param baseUrl the base URL, which was checked
   * @param apiKey the provider's API key
   * @throws ApiError naming `api_key` when it is not valid in a header
   */
  async seal(projectId: string, baseUrl: string, apiKey: string): Promise<SealedProvider> {
    checkKey(apiKey);
    return {
      baseUrl,
      // Four characters would reveal too much of a short key.
      keyLastFour: apiKey.length >= 12 ? apiKey.slice(-4) : null,
      encryptedKey: await sealProviderKey(this.keys, projectId, apiKey),
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
   * Tests a credential with one cheap call: the list of models.
   *
   * @param target the target from `targetOf`
   * @throws ApiError naming `base_url` when its name resolves to a forbidden address
   */
  async test(target: CallTarget): Promise<ProviderTest> {
    const startedAt = performance.now();
    const outcome = await this.client.get({
      ...target,
      path: '/models',
      headers: forwardedHeaders(VERSION, {}),
      timeoutMs: TEST_TIMEOUT_MS,
    });
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
  ): Promise<CallTarget> {
    if (apiKey !== undefined) {
      checkKey(apiKey);
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
      return { baseUrl: url, apiKey };
    }
    if (!this.keepsKey(project, url)) {
      throw new ApiError('missing_required_parameter', {
        param: 'api_key',
        message: 'Another server needs a key of its own.',
      });
    }
    this.directory.forget(project.id);
    const stored = await this.directory.targetOf(project.id, 'live');
    return { baseUrl: url, apiKey: stored?.apiKey ?? null };
  }
}

const wrongBaseUrl = (message: string): ApiError =>
  new ApiError('invalid_value', { param: 'base_url', message });

function checkKey(apiKey: string): void {
  try {
    assertUsableApiKey(apiKey);
  } catch (error) {
    throw error instanceof ApiKeyError
      ? new ApiError('invalid_value', { param: 'api_key', message: error.message })
      : error;
  }
}

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
