import type { ProjectSettings } from '@reqrun/projects';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { singleHeader } from '../../http/single-header.js';
import { MAX_WAIT_MS } from '../../policy/wait-limits.js';
import type { ExtensionFields } from './extension-fields.dto.js';

/**
 * Returns the longest wait of a call, in ms: by the body's fields, else by `Prefer: wait=30` (RFC 7240), else
 * by the settings of its project. A call that waits without naming a time, by field or by header, waits as
 * long as its project's settings say.
 *
 * @param request the call
 * @param own the extension fields of the body
 * @param project settings of the project
 * @returns longest wait, in ms; 0 for an answer at once
 * @throws ApiError when the header's wait is not a number of seconds
 */
export function waitLimitMs(
  request: FastifyRequest,
  own: ExtensionFields,
  project: Pick<ProjectSettings, 'defaultWait' | 'defaultWaitTimeoutMs'>,
): number {
  const preferred = readPrefer(request);
  const waits = own.wait ?? (preferred === null ? project.defaultWait : preferred > 0);
  if (!waits) {
    return 0;
  }
  const named = own.wait_timeout_ms ?? (preferred === 0 ? null : preferred);
  return named ?? project.defaultWaitTimeoutMs;
}

/** Returns the wait of the header in ms; 0 for `respond-async` alone, null for neither. */
function readPrefer(request: FastifyRequest): number | null {
  const header = request.headers['prefer'];
  if (header === undefined) {
    return null;
  }
  const preferences = (Array.isArray(header) ? header.join(',') : header)
    .split(/[,;]/)
    .map((part) => part.trim().toLowerCase());
  const wait = preferences.find((part) => /^wait\s*=/.test(part));
  if (wait === undefined) {
    return preferences.includes('respond-async') ? 0 : null;
  }
  const seconds = /^wait\s*=\s*"?(\d{1,9})"?$/.exec(wait)?.[1];
  if (seconds === undefined) {
    throw new ApiError('invalid_value', {
      param: 'prefer',
      message: 'Prefer: wait must be a whole number of seconds.',
    });
  }
  // A preference is not binding: one that is too long is reduced, not refused.
  return Math.min(Number(seconds) * 1000, MAX_WAIT_MS);
}

/**
 * Returns the caller's idempotency key, from the header (bare or quoted) or the field.
 *
 * @param request the call
 * @param own the extension fields of the body
 * @returns null when there is none
 * @throws ApiError when it is malformed, sent twice, or both differ
 */
export function idempotencyKeyOf(request: FastifyRequest, own: ExtensionFields): string | null {
  const header = singleHeader(request, 'idempotency-key')?.trim();
  if (header === undefined) {
    return own.idempotency_key ?? null;
  }
  const bare = /^"(.*)"$/.exec(header)?.[1]?.replace(/\\(["\\])/g, '$1') ?? header;
  if (!/^[\x20-\x7e]{1,255}$/.test(bare)) {
    throw new ApiError('invalid_value', {
      param: 'idempotency-key',
      message: 'Idempotency-Key must be 1 to 255 visible ASCII characters.',
    });
  }
  if (own.idempotency_key !== undefined && own.idempotency_key !== bare) {
    throw new ApiError('idempotency_key_mismatch', { param: 'idempotency_key' });
  }
  return bare;
}
