import { isUtf8 } from 'node:buffer';

import type { Endpoint, ErrorCode } from '@reqrun/contracts';
import {
  isSpace,
  type JsonFault,
  type JsonLimits,
  JsonScanner,
  memberNamed,
  type RawMember,
  removeMembers,
  scanGradually,
} from '@reqrun/platform/json';
import type { FormPart } from '@reqrun/platform/multipart';

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
  /** Values of the inspected members; a symbol stands for one of more than 512 bytes. */
  inspected: Readonly<Record<string, unknown>>;
  /** Bytes that go to the provider: the caller's, less our fields. */
  forwarded: Buffer;
  /** Whether the caller wants the frame that has the usage alone. */
  includeUsage: boolean;
  /** Whether it has members that say how the answer is sent, and nothing of what it is. */
  hasStreamMembers: boolean;
  /** Of an upload; absent for JSON. */
  form?: Form;
}

/** Facts of a body that is a form. */
export interface Form {
  /** Content type, with its boundary, that is sent to the provider. */
  readonly contentType: string;
  /** Parts that go to the provider, by their places in the forwarded bytes. */
  readonly parts: readonly FormPart[];
}

/** Members that say how an answer is sent. They do not count in a fingerprint. */
export const STREAM_MEMBERS: ReadonlySet<string> = new Set(['stream', 'stream_options']);

/** Stands for the value of an inspected member that is longer than any that is used. */
const TOO_LONG = Symbol('too long');
const MAX_INSPECTED_BYTES = 512;
const NO_RULES: BodyRules = { removed: new Set(), inspected: new Set() };
/** Bodies from this size on are read in slices, so that others get their turn. */
const LARGE_BYTES = 64 * 1024;
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
  if (body.length >= LARGE_BYTES) {
    return scanGradually(body, limits).then((read) => toRequestBody(body, endpoint, read, rules));
  }
  const scanner = new JsonScanner(body, limits);
  scanner.read();
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
  const { model, own, metadata, stream, fallbacks } = validateFields(
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
    stream,
    includeUsage: stream && asksForUsage(body, members),
    hasStreamMembers: members.some(({ name }) => STREAM_MEMBERS.has(name)),
    ...(fallbacks !== undefined && { fallbacks }),
    inspected: values,
    forwarded: removeMembers(body, members, (name) => isExtensionField(name) || removed.has(name)),
  };
}

/** Whether `stream_options.include_usage` is true. The provider judges the rest of it. */
function asksForUsage(body: Buffer, members: readonly RawMember[]): boolean {
  const member = memberNamed(members, 'stream_options');
  if (member === undefined || member.end - member.valueStart > MAX_INSPECTED_BYTES) {
    return false;
  }
  const options = parse(body, member.valueStart, member.end);
  return (
    typeof options === 'object' &&
    options !== null &&
    (options as Record<string, unknown>)['include_usage'] === true
  );
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
      json[name] = length > 'false'.length ? '' : parse(body, valueStart, end);
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
