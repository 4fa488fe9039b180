/**
 * The values of a provider's `error.code` that may be shown as they are. Anything else a provider
 * sends is reduced to its status, for a foreign code could carry anything. `rate_limit_exceeded` is
 * left out on purpose: a plain 429 is `openai_http_429` whether or not the provider repeats itself.
 * `loop_detected` is what ReqRun itself says where a provider leads back to it.
 *
 * Source: https://platform.openai.com/docs/guides/error-codes and the API reference.
 */
export const KNOWN_PROVIDER_ERROR_CODES: ReadonlySet<string> = new Set([
  'access_terminated',
  'account_deactivated',
  'billing_error',
  'billing_hard_limit_reached',
  'billing_not_active',
  'blocked_api_access',
  'content_filter',
  'content_policy_violation',
  'context_length_exceeded',
  'credit_balance_exhausted',
  'empty_array',
  'empty_string',
  'exceeded_current_quota_error',
  'image_content_policy_violation',
  'image_parse_error',
  'image_too_large',
  'image_too_small',
  'insufficient_quota',
  'integer_above_max_value',
  'integer_below_min_value',
  'invalid_base64_image',
  'invalid_function_parameters',
  'invalid_image',
  'invalid_image_format',
  'invalid_image_mode',
  'invalid_image_url',
  'invalid_json',
  'invalid_prompt',
  'invalid_type',
  'invalid_value',
  'loop_detected',
  'missing_required_parameter',
  'model_not_found',
  'organization_restricted',
  'organization_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'project_spend_limit_exceeded',
  'server_is_overloaded',
  'slow_down',
  'string_above_max_length',
  'string_below_min_length',
  'tokens_exceeded',
  'unknown_parameter',
  'unknown_url',
  'unsupported_country_region_territory',
  'unsupported_image_media_type',
  'unsupported_model',
  'unsupported_parameter',
  'unsupported_value',
]);

/**
 * The code under which a provider's error answer is recorded and shown.
 *
 * @param status the HTTP status by which the answer is judged
 * @param words the machine words of the provider's error, most telling first: some providers name a
 *   spent quota only in the type
 * @returns a code that is safe in a log, a metric and a page
 */
export function safeProviderErrorCode(status: number, words: readonly string[]): string {
  if (status === 401 || status === 403) {
    return 'provider_auth_failed';
  }
  return words.find((word) => KNOWN_PROVIDER_ERROR_CODES.has(word)) ?? `openai_http_${status}`;
}
