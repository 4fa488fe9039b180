import { HttpException } from '@nestjs/common';
import { UserError } from '@reqrun/users';
import { DatabaseError, toDatabaseError } from '@reqrun/platform/database';
import { AcceptanceUnknownError } from '@reqrun/requests';

import { ApiError, notAccepted } from './api-error.js';

const RETRY_AFTER_DATABASE_S = 2;
/** Retry time for a full disk, in seconds: an operator makes room, or a job that runs every minute. */
const RETRY_AFTER_STORAGE_S = 30;

/** Fastify's own errors, by code. */
const FASTIFY_ERRORS: Readonly<Record<string, () => ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new ApiError('body_too_large'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new ApiError('unsupported_media_type'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new ApiError('bad_request'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new ApiError('invalid_json'),
  FST_ERR_BAD_URL: () => new ApiError('bad_request'),
  FST_ERR_ASYNC_CONSTRAINT: () => new ApiError('bad_request'),
  FST_ERR_MAX_PARAM_LENGTH: () => new ApiError('not_found'),
};

/**
 * Converts a thrown value to the error for the caller, always with a code and a message of ours, never the
 * text of the error.
 *
 * @param error the thrown value
 * @returns `internal_error` for an unexpected error
 */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  if (error instanceof UserError) {
    return fromUserError(error);
  }
  if (error instanceof DatabaseError) {
    return fromDatabase(error);
  }
  if (error instanceof AcceptanceUnknownError) {
    return notAccepted('acceptance_unknown', RETRY_AFTER_DATABASE_S);
  }
  if (error instanceof HttpException) {
    return fromStatus(error.getStatus());
  }
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string' && Object.hasOwn(FASTIFY_ERRORS, code)) {
    return FASTIFY_ERRORS[code]?.() ?? new ApiError('internal_error');
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return fromStatus(statusCode);
  }
  return fromDatabase(toDatabaseError(error));
}

function fromUserError({ code, details }: UserError): ApiError {
  const { retryAfterSeconds, ...rest } = details;
  return new ApiError(code, {
    ...rest,
    ...(retryAfterSeconds === undefined
      ? {}
      : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  });
}

function fromDatabase(error: DatabaseError): ApiError {
  if (error.isStorageFull) {
    return notAccepted('storage_full', RETRY_AFTER_STORAGE_S);
  }
  return error.kind === 'unavailable' || error.kind === 'conflict'
    ? notAccepted('database_unavailable', RETRY_AFTER_DATABASE_S)
    : new ApiError('internal_error');
}

function fromStatus(status: number): ApiError {
  switch (status) {
    case 404:
      return new ApiError('not_found');
    case 405:
      return new ApiError('method_not_allowed');
    case 413:
      return new ApiError('body_too_large');
    case 415:
      return new ApiError('unsupported_media_type');
    default:
      return new ApiError(status < 500 ? 'bad_request' : 'internal_error');
  }
}
