import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

import type { Endpoint, ErrorCode } from '@reqrun/contracts';
import {
  isSpace,
  type JsonFault,
  type JsonLimits,
  JsonScanner,
  type RawMember,
  removeMembers,
} from '@reqrun/platform/json';

import { ApiError } from '../../http/api-error.js';
import {
  boundOwnFields,
  isExtensionField,
  validateFields,
  type JudgedFields,
} from './body-fields.js';

/** A body that was taken. */
export interface RequestBody extends JudgedFields {
  /** Bytes that go to the provider: the caller's, less our fields. */
  forwarded: Buffer;
}

/** Bodies from this size on are read in slices, so that others get their turn. */
const LARGE_BYTES = 64 * 1024;
/** Bytes that are judged in one turn of the event loop, in a few milliseconds. */
const SLICE_BYTES = 512 * 1024;
/** Longest texts that a value which is allowed can have, every character an escaped pair of 12 bytes. */
const LONGEST: Readonly<Record<string, number>> = {
  model: 4 * 1024,
  metadata: 128 * 1024,
};
const EMPTY_STRING_BYTES = 2;
const FAULTS: Readonly<Record<JsonFault, ErrorCode>> = {
  invalid: 'invalid_json',
  too_deep: 'json_too_deep',
  too_complex: 'json_too_complex',
};

/**
 * Reads the body of a request, which goes to the provider byte for byte, less our fields. It is
 * judged from its bytes: only the few members that are looked at are parsed.
 *
 * @param body the bytes as they came; our fields are cut out of this very memory
 * @param endpoint where it was sent
 * @param limits bounds of its structure
 * @returns a promise for a large body alone, which is read in slices
 * @throws ApiError that names the field that is wrong
 */
export function readRequestBody(
  body: Buffer,
  endpoint: Endpoint,
  limits: JsonLimits,
): RequestBody | Promise<RequestBody> {
  if (!isUtf8(body)) {
    throw new ApiError('invalid_json');
  }
  const scanner = new JsonScanner(body, limits);
  if (body.length >= LARGE_BYTES) {
    return readInSlices(body, endpoint, scanner);
  }
  scanner.read();
  return toRequestBody(body, endpoint, scanner);
}

async function readInSlices(
  body: Buffer,
  endpoint: Endpoint,
  scanner: JsonScanner,
): Promise<RequestBody> {
  while (!scanner.read(SLICE_BYTES)) {
    await setImmediate();
  }
  return toRequestBody(body, endpoint, scanner);
}

function toRequestBody(
  body: Buffer,
  endpoint: Endpoint,
  { fault, isObject, members }: JsonScanner,
): RequestBody {
  if (fault !== null) {
    throw new ApiError(FAULTS[fault]);
  }
  if (!isObject) {
    throw new ApiError('invalid_body');
  }
  boundOwnFields(members);
  const { model, own, metadata } = validateFields(
    looked(body, endpoint.input.name, members),
    endpoint,
  );
  return { model, own, metadata, forwarded: removeMembers(body, members, isExtensionField) };
}

/** The members that are judged; of those that share a name the last one counts, as for JSON.parse. */
function looked(
  body: Buffer,
  input: string,
  members: readonly RawMember[],
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const { name, valueStart, end } of members) {
    const length = end - valueStart;
    if (isExtensionField(name)) {
      json[name] = parse(body, valueStart, end);
    } else if (name === input) {
      json[name] = outlineOf(body, valueStart, end);
    } else if (name === 'stream') {
      // Long values are none of the three that are taken.
      json[name] = length > 'false'.length ? true : parse(body, valueStart, end);
    } else if (name === 'model' || name === 'metadata') {
      json[name] = length > (LONGEST[name] ?? 0) ? 0 : parse(body, valueStart, end);
    }
  }
  return json;
}

const parse = (body: Buffer, from: number, to: number): unknown =>
  JSON.parse(body.toString('utf8', from, to));

/** An array or a string that is empty, or one of one element in place of all; 0 for anything else. */
function outlineOf(body: Buffer, from: number, to: number): unknown {
  if (body[from] === 0x22) {
    return to - from === EMPTY_STRING_BYTES ? '' : '…';
  }
  if (body[from] !== 0x5b) {
    return 0;
  }
  let at = from + 1;
  while (isSpace(body[at])) {
    at += 1;
  }
  return body[at] === 0x5d ? [] : [0];
}
