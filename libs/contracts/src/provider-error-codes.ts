/**
 * The values of a provider's `error.code` that may be shown as they are. Anything else a provider
 * sends is reduced to its status, for a foreign code could carry anything. `rate_limit_exceeded` is
 * left out on purpose: a plain 429 is `openai_http_429` whether or not the provider repeats itself.
 * `loop_detected` is what ReqRun itself says where a provider leads back to it.
 *
 * Source: https://platform.openai.com/docs/guides/error-codes and the API reference.
 */
export const KNOWN_PROVIDER_ERROR_CODES: ReadonlySet<string> = new Set([
  'account_deactivated',
  'billing_hard_limit_reached',
  'billing_not_active',
  'content_filter',
  'content_policy_violation',
  'context_length_exceeded',
  'credit_balance_exhausted',
  'empty_array',
  'empty_string',
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
 * @param status the HTTP status of the answer
 * @param code the provider's `error.code`, if it sent one
 * @param type the provider's `error.type`: some providers name a spent quota only there
 * @returns a code that is safe in a log, a metric and a page
 */
export function safeProviderErrorCode(
  status: number,
  code: string | null,
  type: string | null,
): string {
  if (status === 401 || status === 403) {
    return 'provider_auth_failed';
  }
  for (const candidate of [code, type]) {
    if (candidate !== null && KNOWN_PROVIDER_ERROR_CODES.has(candidate)) {
      return candidate;
    }
  }
  return `openai_http_${status}`;
}
