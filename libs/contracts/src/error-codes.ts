import { KNOWN_PROVIDER_ERROR_CODES } from './provider-error-codes.js';

/** Definition of a code of ours: the answer's status, OpenAI's error type, and safe words. */
export interface ErrorDefinition {
  /** The HTTP status of an answer with this code. */
  status: number;
  type: string;
  message: string;
}

const caller = (status: number, message: string): ErrorDefinition => ({
  status,
  type: 'invalid_request_error',
  message,
});
const provider = (status: number, message: string): ErrorDefinition => ({
  status,
  type: 'provider_error',
  message,
});
const overload = (status: number, message: string): ErrorDefinition => ({
  status,
  type: status === 429 ? 'rate_limit_error' : 'server_error',
  message,
});

/** Every error code of ours, in one place. `docs/errors.md` is generated from this list. */
export const ERRORS = {
  // The call can't be taken as it is: sending it again unchanged changes nothing.
  invalid_json: caller(400, 'The body is not valid JSON.'),
  invalid_body: caller(400, 'The body must be a JSON object.'),
  invalid_value: caller(400, 'A field has a value that is not allowed.'),
  previous_response_not_found: caller(
    400,
    'The response in previous_response_id was not found, or has no result yet.',
  ),
  missing_required_parameter: caller(400, 'A required field is missing.'),
  json_too_deep: caller(400, 'The body is nested too deeply.'),
  json_too_complex: caller(400, 'The body has too many members and elements.'),
  invalid_multipart: caller(
    400,
    'The body is not valid multipart/form-data with the boundary that its content type names.',
  ),
  multipart_too_complex: caller(
    400,
    'The body has more than 256 parts, or a part with too long headers.',
  ),
  unsupported_parameter: caller(400, 'This field is not supported yet.'),
  idempotency_key_mismatch: caller(
    400,
    'The Idempotency-Key header and the idempotency_key field differ.',
  ),
  bad_request: caller(400, 'The server cannot parse this request.'),
  invalid_api_key: caller(
    401,
    'No valid API key was given. Send it as "Authorization: Bearer reqrun_live_…".',
  ),
  not_signed_in: caller(401, 'Sign in, or send a personal access token.'),
  invalid_credentials: caller(401, 'The e-mail address or the password is wrong.'),
  totp_required: caller(401, 'Enter the code of your second factor.'),
  totp_invalid: caller(401, 'The code of the second factor is wrong or was used already.'),
  forbidden: caller(403, 'Your role does not allow this.'),
  insufficient_scope: caller(403, 'This key lacks the scope that this call requires.'),
  session_required: caller(403, 'Sign in to do this. An access token is not enough.'),
  reauthentication_required: caller(
    403,
    'Confirm your identity: enter your password or a code of your second factor again.',
  ),
  csrf_refused: caller(403, 'This call did not come from the dashboard.'),
  not_found: caller(404, 'No route matches this path.'),
  request_not_found: caller(404, 'No such request in this project.'),
  endpoint_not_supported: caller(404, 'ReqRun does not support this endpoint.'),
  method_not_allowed: caller(405, 'This route does not allow this method.'),
  stream_superseded: caller(
    409,
    'The frames that this cursor is about ended without a result. Read the stream from its beginning.',
  ),
  not_retryable: caller(409, 'Only a failed or canceled request can be retried.'),
  provider_changed: caller(
    409,
    "The project's provider changed after this request was accepted, so a retry would go to the new one. A signed-in owner can allow that with accept_provider_change.",
  ),
  last_owner: caller(409, 'The last owner cannot be removed, disabled or given another role.'),
  key_not_active: caller(409, 'This key is revoked, expired, or was replaced already.'),
  already_exists: caller(409, 'It already exists.'),
  limit_reached: caller(409, 'The limit is reached. Remove one first.'),
  not_changeable: caller(409, 'This change is not possible in the current state.'),
  invitation_expired: caller(410, 'This invitation was used, withdrawn, or has expired.'),
  result_expired: caller(
    410,
    'The content of this request was deleted when its retention period ended.',
  ),
  body_too_large: caller(413, 'The body is larger than the limit of this server.'),
  unsupported_media_type: caller(
    415,
    'Send the body as application/json, or as multipart/form-data where the endpoint takes a file; uncompressed.',
  ),
  idempotency_key_reused: {
    status: 422,
    type: 'idempotency_error',
    message: 'This idempotency key was used with another body.',
  },
  expectation_failed: caller(417, 'This server does not support the value of the Expect header.'),
  headers_too_large: caller(431, 'The headers are larger than the limit of this server.'),
  request_timeout: caller(408, 'The request did not arrive in time.'),

  // Not accepted, though nothing is wrong with it: send it again later.
  too_many_failed_keys: overload(429, 'Too many calls with an invalid API key. Try again later.'),
  too_many_attempts: overload(429, 'Too many failed attempts. Try again later.'),
  too_many_waiting: overload(429, 'This API key has too many calls waiting. Try again later.'),
  too_many_open: overload(
    429,
    'This project has too many open requests. The request was not accepted. Try again later.',
  ),
  overloaded: overload(
    503,
    'The server is at capacity. The request was not accepted. Try again later.',
  ),
  database_unavailable: overload(
    503,
    'The database cannot be reached. The request was not accepted. Try again later.',
  ),
  storage_full: overload(
    503,
    'The disk of the database is full. The request was not accepted. Try again later.',
  ),
  acceptance_unknown: overload(
    503,
    'The connection to the database was lost while the request was being accepted, so it may or may not run. Send it again with the same idempotency key. Without one it may run twice.',
  ),
  admin_unavailable: overload(
    503,
    "The admin API cannot use its database role. See the server's log. Everything else works.",
  ),
  too_many_simulations: overload(
    429,
    'A simulation of this project is running, or too many of others. Try again later.',
  ),
  too_many_provider_tests: overload(429, 'Too many tests of providers. Try again later.'),
  too_many_alert_tests: overload(429, 'Too many tests of alert rules. Try again later.'),
  shutting_down: overload(503, 'The server is shutting down. Try again.'),
  internal_error: {
    status: 500,
    type: 'server_error',
    message: 'An unexpected error occurred in ReqRun.',
  },

  loop_detected: {
    status: 508,
    type: 'invalid_request_error',
    message:
      'This call comes from ReqRun itself, because its provider points back to ReqRun. It was not accepted.',
  },

  // How an accepted request failed.
  network_error: provider(502, 'The connection to the provider failed.'),
  provider_auth_failed: provider(502, "The provider refused the project's credential."),
  provider_response_invalid: provider(502, 'The provider sent an answer that cannot be used.'),
  provider_not_configured: provider(502, 'The project has no provider that can be called.'),
  provider_address_refused: provider(
    502,
    "The provider's name resolves to an address that ReqRun never calls: link-local, unspecified, or a metadata service.",
  ),
  stream_truncated: provider(502, "The provider's stream ended before its end."),
  circuit_open: provider(502, 'The provider is failing; calls to it are paused.'),
  worker_lost: provider(502, 'The workers running this request were lost too many times.'),
  outcome_unknown: provider(
    502,
    'The worker was lost during the provider call, and the request asked not to be sent again.',
  ),
  payload_unreadable: provider(502, 'The stored content of this request cannot be read.'),
  timeout: { status: 504, type: 'timeout_error', message: 'The provider did not answer in time.' },
  deadline_exceeded: {
    status: 504,
    type: 'timeout_error',
    message: 'The request did not finish before its deadline.',
  },
  retry_after_exceeds_deadline: {
    status: 504,
    type: 'timeout_error',
    message: 'The provider asked for a wait that ends after the deadline.',
  },
  wait_timeout: {
    status: 504,
    type: 'timeout_error',
    message:
      'The request is still running. Send it again to go on waiting: the same call joins the same request.',
  },
  canceled: { status: 409, type: 'canceled', message: 'The request was canceled.' },
} as const satisfies Record<string, ErrorDefinition>;

/** Codes of what is not there yet: none of them comes, and none is documented. */
export const RESERVED_CODES: ReadonlySet<string> = new Set(['circuit_open']);

/** A code of ours. */
export type ErrorCode = keyof typeof ERRORS;

/** Statuses of a provider that would be misread as ours: they reach the caller as 502. */
const NOT_PASSED_ON: ReadonlySet<number> = new Set([401, 402, 403, 407, 408, 409]);

/**
 * The HTTP status under which a provider's failure reaches a waiting caller.
 *
 * @param status the provider's own status
 * @returns the same for most 4xx; 502 for the rest, for a provider's 401 is never the caller's own
 */
export function statusForCaller(status: number): number {
  return status >= 400 && status < 500 && !NOT_PASSED_ON.has(status) ? status : 502;
}

/**
 * Facts about a code: one of ours, a provider's known code, or `openai_http_<status>`.
 *
 * @param code the safe code of a failure
 * @param httpStatus the provider's status, if it answered
 * @returns status, type and message for an answer or a record; never a provider's own words
 */
export function describeErrorCode(code: string, httpStatus: number | null): ErrorDefinition {
  if (Object.hasOwn(ERRORS, code) && !(KNOWN_PROVIDER_ERROR_CODES.has(code) && httpStatus)) {
    return ERRORS[code as ErrorCode];
  }
  const status = httpStatus === null ? 502 : statusForCaller(httpStatus);
  const answered = httpStatus === null ? '' : ` (HTTP ${httpStatus})`;
  return {
    status,
    type: status < 500 ? 'invalid_request_error' : 'provider_error',
    message: KNOWN_PROVIDER_ERROR_CODES.has(code)
      ? `The provider refused the request: ${code}${answered}.`
      : `The provider answered with an error${answered}.`,
  };
}
