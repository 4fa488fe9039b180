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

/** Members of a body that an endpoint itself looks at, beside those that all endpoints share. */
export interface BodyRules {
  /** Members that are not forwarded. */
  readonly removed: ReadonlySet<string>;
  /** Members whose values are given to the endpoint. */
  readonly inspected: ReadonlySet<string>;
}

/** A body that was taken. */
export interface RequestBody extends JudgedFields {
  /** Values of the inspected members; one of more than 512 bytes stands as `TOO_LONG`. */
  inspected: Readonly<Record<string, unknown>>;
  /** Bytes that go to the provider: the caller's, less our fields. */
  forwarded: Buffer;
}

/** Stands for the value of an inspected member that is longer than any that is used. */
export const TOO_LONG = Symbol('too long');
const MAX_INSPECTED_BYTES = 512;
const NO_RULES: BodyRules = { removed: new Set(), inspected: new Set() };
/** Bodies from this size on are read in slices, so that others get their turn. */
const LARGE_BYTES = 64 * 1024;
/** Bytes that are validated in one turn of the event loop, which takes a few milliseconds. */
const SLICE_BYTES = 512 * 1024;
/** Longest text of a valid value, in bytes: every character may be an escaped pair of 12 bytes. */
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
 * Reads the body of a request, which is sent to the provider byte for byte, without our fields. It is
 * validated as bytes: only the few members that are needed are parsed.
 *
 * @param body the bytes as they came; our fields are cut out of this very memory
 * @param endpoint where it was sent
 * @param limits bounds of its structure
 * @param rules members that the endpoint itself looks at
 * @returns a promise for a large body alone, which is read in slices
 * @throws ApiError that names the field that is wrong
 */
export function readRequestBody(
  body: Buffer,
  endpoint: Endpoint,
  limits: JsonLimits,
  rules: BodyRules = NO_RULES,
): RequestBody | Promise<RequestBody> {
  if (!isUtf8(body)) {
    throw new ApiError('invalid_json');
  }
  const scanner = new JsonScanner(body, limits);
  if (body.length >= LARGE_BYTES) {
    return readInSlices(body, endpoint, scanner, rules);
  }
  scanner.read();
  return toRequestBody(body, endpoint, scanner, rules);
}

async function readInSlices(
  body: Buffer,
  endpoint: Endpoint,
  scanner: JsonScanner,
  rules: BodyRules,
): Promise<RequestBody> {
  while (!scanner.read(SLICE_BYTES)) {
    await setImmediate();
  }
  return toRequestBody(body, endpoint, scanner, rules);
}

function toRequestBody(
  body: Buffer,
  endpoint: Endpoint,
  { fault, isObject, members }: JsonScanner,
  { removed, inspected }: BodyRules,
): RequestBody {
  if (fault !== null) {
    throw new ApiError(FAULTS[fault]);
  }
  if (!isObject) {
    throw new ApiError('invalid_body');
  }
  boundOwnFields(members);
  const { model, own, metadata } = validateFields(
    looked(body, endpoint.input?.name ?? null, members),
    endpoint,
  );
  const values: Record<string, unknown> = {};
  for (const { name, valueStart, end } of members) {
    if (inspected.has(name)) {
      values[name] =
        end - valueStart > MAX_INSPECTED_BYTES ? TOO_LONG : parse(body, valueStart, end);
    }
  }
  return {
    model,
    own,
    metadata,
    inspected: values,
    forwarded: removeMembers(body, members, (name) => isExtensionField(name) || removed.has(name)),
  };
}

/** Returns the members that are validated. Of members with one name the last counts, as in JSON.parse. */
function looked(
  body: Buffer,
  input: string | null,
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
      // A long value is none of the three valid ones.
      json[name] = length > 'false'.length ? true : parse(body, valueStart, end);
    } else if (name === 'model' || name === 'metadata') {
      json[name] = length > (LONGEST[name] ?? 0) ? 0 : parse(body, valueStart, end);
    }
  }
  return json;
}

const parse = (body: Buffer, from: number, to: number): unknown =>
  JSON.parse(body.toString('utf8', from, to));

/** Returns an outline of a value: an empty array or string, or one with one element; 0 for any other type. */
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
