import { isUtf8 } from 'node:buffer';

import { JsonScanner } from '@reqrun/platform/json';

import { ApiError } from './api-error.js';

/** Limits of a body's structure. Its length bounds the rest. */
const LIMITS = { depth: 16, structure: Infinity };

/**
 * Reads a body of ours, which is small and flat. A missing body counts as an empty object.
 *
 * @param body the body as it arrived
 * @throws ApiError when it is no JSON object
 */
export function readJsonBody(body: unknown): object {
  if (!Buffer.isBuffer(body) || body.length === 0) {
    return {};
  }
  if (!isUtf8(body)) {
    throw new ApiError('invalid_json');
  }
  // Checked before parsing: a deeply nested text would overflow the stack of recursive code.
  const scanner = new JsonScanner(body, LIMITS);
  scanner.read();
  if (scanner.fault !== null) {
    throw new ApiError(scanner.fault === 'invalid' ? 'invalid_json' : 'json_too_deep');
  }
  const json: unknown = JSON.parse(body.toString('utf8'));
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ApiError('invalid_body');
  }
  return json;
}
