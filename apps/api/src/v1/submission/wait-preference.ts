import type { ProjectSettings } from '@reqrun/projects';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { singleHeader } from '../../http/single-header.js';
import { MAX_WAIT_MS } from '../../policy/wait-limits.js';
import { readsHandles } from './client-kinds.js';
import type { ExtensionFields } from '../../policy/extension-fields.dto.js';

/** Time for which a caller holds its connection. */
export interface Wait {
  /** In ms; 0 for an answer at once. */
  ms: number;
  /** The caller said nothing of waiting, and waits because it cannot read a handle. */
  isAuto: boolean;
}

/** An answer at once. */
export const NO_WAIT: Wait = { ms: 0, isAuto: false };

/**
 * The wait of a caller, by the body's fields, else by `Prefer: wait=30` (RFC 7240), else by its project's
 * settings. A caller that waits and names no time waits as long as its project says.
 *
 * @param request the call
 * @param own its fields
 * @param project the settings of its project
 * @throws ApiError when the header's wait is no number of seconds
 */
export function waitOf(
  request: FastifyRequest,
  own: ExtensionFields,
  project: Pick<ProjectSettings, 'defaultWait' | 'defaultWaitTimeoutMs' | 'autoWaitTimeoutMs'>,
): Wait {
  const preferred = readPrefer(request);
  const asked = own.wait ?? (preferred === null ? undefined : preferred > 0);
  const isAuto = asked === undefined && project.defaultWait === 'auto';
  const waits = isAuto ? !readsHandles(request) : (asked ?? project.defaultWait === true);
  if (!waits) {
    return NO_WAIT;
  }
  const named = own.wait_timeout_ms ?? (preferred === 0 ? null : preferred);
  return {
    ms: named ?? (isAuto ? project.autoWaitTimeoutMs : project.defaultWaitTimeoutMs),
    isAuto,
  };
}

/**
 * Tells whether a caller asks for an answer at once: a stream is then read later, by the request's id.
 *
 * @param request the call
 * @param own its fields
 */
export function refusesToWait(request: FastifyRequest, own: ExtensionFields): boolean {
  return own.wait === undefined ? readPrefer(request) === 0 : !own.wait;
}

/**
 * The number of the try, as stock SDKs count their retries in `x-stainless-retry-count`.
 *
 * @param request the call
 * @returns null where it is no number from 0 to 10
 */
export function sdkRetryOf(request: FastifyRequest): number | null {
  const header = request.headers['x-stainless-retry-count'];
  return typeof header === 'string' && /^(\d|10)$/.test(header) ? Number(header) : null;
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
