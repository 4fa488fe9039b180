import type { ProviderErrorBody } from './outcome.js';

/** Member of a body, of a type that is still to be looked at. */
type JsonObject = Record<string, unknown>;

const MAX_WORD_LENGTH = 128;
const MAX_DELAY_LENGTH = 64;
/** Members under which a status is stated: OpenRouter and Google `code`, Mistral `raw_status_code`. */
const STATUS_MEMBERS = ['code', 'status', 'status_code', 'http_status', 'raw_status_code'] as const;

/**
 * The status that a word of a provider's error stands for, in lower case. Only where no status came
 * with the answer itself is it asked for.
 *
 * Sources: https://platform.openai.com/docs/guides/error-codes,
 * https://docs.anthropic.com/en/api/errors, https://cloud.google.com/apis/design/errors (the
 * canonical codes), https://console.groq.com/docs/errors, https://openrouter.ai/docs/api-reference/errors.
 */
const STATUS_OF_WORD: ReadonlyMap<string, number> = new Map(
  Object.entries({
    400: [
      'content_filter',
      'content_policy_violation',
      'context_length_exceeded',
      'failed_precondition',
      'invalid_argument',
      'invalid_json',
      'invalid_prompt',
      'invalid_request_error',
      'invalid_value',
      'missing_required_parameter',
      'out_of_range',
      'string_above_max_length',
      'unknown_parameter',
      'unsupported_parameter',
      'unsupported_value',
    ],
    401: ['authentication_error', 'invalid_api_key', 'unauthenticated'],
    402: ['billing_error', 'insufficient_balance', 'insufficient_credits', 'payment_required'],
    403: ['access_terminated', 'account_deactivated', 'permission_denied', 'permission_error'],
    404: ['model_not_found', 'not_found', 'not_found_error'],
    408: ['request_timeout'],
    409: ['aborted', 'conflict'],
    413: ['request_too_large'],
    429: [
      'billing_hard_limit_reached',
      'billing_not_active',
      'credit_balance_exhausted',
      'exceeded_current_quota_error',
      'insufficient_quota',
      'organization_spend_limit_exceeded',
      'organization_usage_limit_exceeded',
      'project_spend_limit_exceeded',
      'rate_limit_error',
      'rate_limit_exceeded',
      'rate_limited',
      'resource_exhausted',
      'too_many_requests',
    ],
    500: [
      'api_error',
      'data_loss',
      'internal',
      'internal_error',
      'internal_server_error',
      'server_error',
      'unknown',
    ],
    501: ['unimplemented'],
    502: ['bad_gateway', 'provider_error', 'upstream_error'],
    503: [
      'insufficient_system_resource',
      'overloaded',
      'server_is_overloaded',
      'service_unavailable',
      'slow_down',
      'unavailable',
    ],
    504: ['deadline_exceeded', 'gateway_timeout', 'timeout', 'timeout_error'],
    529: ['overloaded_error'],
  }).flatMap(([status, words]) => words.map((word) => [word, Number(status)] as const)),
);

/**
 * Reads the error in a provider's body, in the dialects of those that are compatible with OpenAI:
 * `{"error":{message,type,code}}`, `{"error":"text"}`, the object in an array, vLLM's fields at the
 * top under `"object":"error"`, FastAPI's `{"detail":…}`, fields at the top without an envelope, and
 * Google's `status` with `details` (https://google.aip.dev/193).
 *
 * @param parsed the body, parsed
 * @returns null when the body holds no error
 */
export function readErrorBody(parsed: unknown): ProviderErrorBody | null {
  const value: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isObject(value)) {
    return null;
  }
  return (
    (value['object'] === 'error' ? readError(value) : null) ??
    readError(value['error']) ??
    readError(Array.isArray(value['errors']) ? value['errors'][0] : undefined) ??
    readError(Array.isArray(value['detail']) ? value['detail'][0] : value['detail']) ??
    (typeof value['message'] === 'string' || typeof value['msg'] === 'string'
      ? readError(value)
      : null)
  );
}

/**
 * Reads what stands in place of an error: an object, or a text.
 *
 * @param error the value of a member such as `error`
 * @returns null for anything that says nothing: null, false, an empty text, an empty object
 */
export function readError(error: unknown): ProviderErrorBody | null {
  if (typeof error === 'string') {
    return error === '' ? null : { words: [], status: null, retryDelay: null, message: error };
  }
  if (!isObject(error) || Object.keys(error).length === 0) {
    return null;
  }
  const details = Array.isArray(error['details']) ? error['details'].filter(isObject) : [];
  const words = [
    error['code'],
    error['type'],
    error['status'],
    ...details.map(({ reason }) => reason),
  ]
    .map(wordOf)
    .filter((word) => word !== null);
  const message = error['message'] ?? error['msg'];
  return {
    words,
    status: statedStatus(error, words),
    retryDelay: retryDelayOf(details),
    message: typeof message === 'string' ? message : null,
  };
}

/** The status that an error states by number, else the one that its first known word stands for. */
function statedStatus(error: JsonObject, words: readonly string[]): number | null {
  for (const member of STATUS_MEMBERS) {
    const status = Number(wordOf(error[member]) ?? Number.NaN);
    if (Number.isInteger(status) && status >= 400 && status <= 599) {
      return status;
    }
  }
  for (const word of words) {
    const status = STATUS_OF_WORD.get(word.toLowerCase());
    if (status !== undefined) {
      return status;
    }
  }
  return null;
}

/** Google's RetryInfo: how long to wait, such as `35s` (google.rpc.RetryInfo). */
function retryDelayOf(details: readonly JsonObject[]): string | null {
  for (const { retryDelay } of details) {
    if (typeof retryDelay === 'string' && retryDelay.length <= MAX_DELAY_LENGTH) {
      return retryDelay;
    }
  }
  return null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wordOf(value: unknown): string | null {
  if (typeof value === 'number') {
    return String(value);
  }
  return typeof value === 'string' && value !== '' && value.length <= MAX_WORD_LENGTH
    ? value
    : null;
}
