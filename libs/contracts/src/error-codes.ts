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
  missing_required_parameter: caller(400, 'A required field is missing.'),
  json_too_deep: caller(400, 'The body is nested too deeply.'),
  json_too_complex: caller(400, 'The body has too many members and elements.'),
  unsupported_parameter: caller(400, 'This field is not supported yet.'),
  idempotency_key_mismatch: caller(
    400,
    'The Idempotency-Key header and the idempotency_key field differ.',
  ),
  bad_request: caller(400, 'The request can not be understood.'),
  invalid_api_key: caller(
    401,
    'No valid API key was given. Send it as "Authorization: Bearer reqrun_live_…".',
  ),
  not_signed_in: caller(401, 'Sign in, or send a personal access token.'),
  invalid_credentials: caller(401, 'The e-mail address or the password is wrong.'),
  totp_required: caller(401, 'A code of the second factor is needed.'),
  totp_invalid: caller(401, 'The code of the second factor is wrong or was used already.'),
  forbidden: caller(403, 'Your role does not allow this.'),
  insufficient_scope: caller(403, 'This key was not given the scope that this call needs.'),
  session_required: caller(403, 'This takes a person who is signed in; a token can not do it.'),
  reauthentication_required: caller(
    403,
    'Confirm that it is you: give your password, or a code of your second factor, once more.',
  ),
  csrf_refused: caller(403, 'This call does not come from the dashboard.'),
  not_found: caller(404, 'There is nothing at this address.'),
  request_not_found: caller(404, 'No such request in this project.'),
  method_not_allowed: caller(405, 'This address does not take this method.'),
  not_retryable: caller(409, 'Only a failed or canceled request can be run again.'),
  provider_changed: caller(
    409,
    "The project's provider has changed since this was accepted: run again, it would go to the new one. A signed-in owner can agree to that with accept_provider_change.",
  ),
  last_owner: caller(409, 'The last owner can not be removed, disabled or given another role.'),
  key_not_active: caller(409, 'This key is revoked, expired, or was replaced already.'),
  already_exists: caller(409, 'There is one already.'),
  limit_reached: caller(409, 'There are as many as there may be. Remove one first.'),
  not_changeable: caller(409, 'Not possible as things stand.'),
  invitation_expired: caller(410, 'This invitation was used, taken back, or has expired.'),
  result_expired: caller(410, 'The content of this request was deleted by its retention time.'),
  body_too_large: caller(413, 'The body is larger than this server takes.'),
  unsupported_media_type: caller(415, 'The body must be sent as application/json, uncompressed.'),
  idempotency_key_reused: {
    status: 422,
    type: 'idempotency_error',
    message: 'This idempotency key was used with another body.',
  },
  expectation_failed: caller(
    417,
    'The Expect header asks for something that this server does not do.',
  ),
  headers_too_large: caller(431, 'The headers are larger than this server takes.'),
  request_timeout: caller(408, 'The request was not sent in time.'),

  // Not accepted, though nothing is wrong with it: send it again later.
  too_many_failed_keys: overload(429, 'Too many calls with an invalid API key. Try again later.'),
  too_many_attempts: overload(429, 'Too many failed attempts. Try again later.'),
  too_many_waiting: overload(429, 'This API key has too many calls waiting. Try again later.'),
  overloaded: overload(503, 'The server is full. The request was not accepted. Try again later.'),
  database_unavailable: overload(
    503,
    'The database can not be reached. The request was not accepted. Try again later.',
  ),
  storage_full: overload(
    503,
    'The database has no room left on its disk. The request was not accepted. Try again later.',
  ),
  acceptance_unknown: overload(
    503,
    'The database was lost while the request was being accepted: it may run or not. Send it again with the same idempotency key; without one it may run twice.',
  ),
  admin_unavailable: overload(
    503,
    "The admin API can not take its database role: see the server's log. Everything else works.",
  ),
  too_many_provider_tests: overload(429, 'Too many tests of providers. Try again later.'),
  shutting_down: overload(503, 'The server is shutting down. Try again.'),
  internal_error: { status: 500, type: 'server_error', message: 'Something went wrong here.' },

  loop_detected: {
    status: 508,
    type: 'invalid_request_error',
    message:
      'This call comes from ReqRun itself: its provider leads back here. It was not accepted.',
  },

  // How an accepted request failed.
  network_error: provider(502, 'The connection to the provider failed.'),
  provider_auth_failed: provider(502, "The provider refused the project's credential."),
  provider_response_invalid: provider(502, 'The provider answered with something unusable.'),
  provider_not_configured: provider(502, 'The project has no provider that can be called.'),
  provider_address_refused: provider(
    502,
    "The provider's name leads to an address that is never called: link-local, unspecified, or a metadata service.",
  ),
  stream_truncated: provider(502, "The provider's stream ended before its end."),
  circuit_open: provider(502, 'The provider is failing; calls to it are paused.'),
  worker_lost: provider(502, 'The workers running this request were lost too many times.'),
  outcome_unknown: provider(
    502,
    'The worker was lost while the provider was called, and the request asked not to call again.',
  ),
  payload_unreadable: provider(502, 'The stored content of this request can not be read.'),
  timeout: { status: 504, type: 'timeout_error', message: 'The provider did not answer in time.' },
  deadline_exceeded: {
    status: 504,
    type: 'timeout_error',
    message: 'The request did not finish before its deadline.',
  },
  retry_after_exceeds_deadline: {
    status: 504,
    type: 'timeout_error',
    message: 'The provider asked for a wait that goes beyond the deadline.',
  },
  canceled: { status: 409, type: 'canceled', message: 'The request was canceled.' },
} as const satisfies Record<string, ErrorDefinition>;

/** Codes of what is not there yet: none of them comes, and none is documented. */
export const RESERVED_CODES: ReadonlySet<string> = new Set(['stream_truncated', 'circuit_open']);

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
