import { isAscii, isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

import type { ErrorCode } from '@reqrun/contracts';
import {
  isSpace,
  type JsonFault,
  type JsonLimits,
  JsonScanner,
  piecesWithout,
  type RawMember,
} from '@reqrun/platform/json';

import { ApiError } from '../http/api-error.js';
import type { ChatBody } from './chat-body.js';
import { boundOwnFields, isOwnField, judgeFields } from './judge-fields.js';

/** Bodies from this size on are read in slices, so that others get their turn. */
export const LARGE_BYTES = 64 * 1024;
/** Bytes that are judged in one turn of the event loop, in a few milliseconds. */
const SLICE_BYTES = 512 * 1024;
/** Longest texts that a value which is allowed can have, every character an escaped pair of 12 bytes. */
const LONGEST: Readonly<Record<string, number>> = {
  model: 4 * 1024,
  metadata: 128 * 1024,
};
const FAULTS: Readonly<Record<JsonFault, ErrorCode>> = {
  invalid: 'invalid_json',
  too_deep: 'json_too_deep',
  too_complex: 'json_too_complex',
};

/**
 * Reads a large body as `readChatBody` does a small one, but in slices and without parsing it: only the
 * few members that are looked at are parsed, and nothing but what is forwarded is copied.
 *
 * @param body the bytes as they came
 * @param limits bounds of its structure
 * @throws ApiError that names the field that is wrong
 */
export async function readLargeChatBody(body: Buffer, limits: JsonLimits): Promise<ChatBody> {
  if (!isUtf8(body)) {
    throw new ApiError('invalid_json');
  }
  const scanner = new JsonScanner(body, limits);
  while (!scanner.read(SLICE_BYTES)) {
    await setImmediate();
  }
  if (scanner.fault !== null) {
    throw new ApiError(FAULTS[scanner.fault]);
  }
  if (!scanner.isObject) {
    throw new ApiError('invalid_body');
  }
  const { members } = scanner;
  boundOwnFields(members);
  const judged = judgeFields(looked(body, members));
  const forwarded = members.some(({ name }) => isOwnField(name))
    ? Buffer.concat(
        piecesWithout(body.length, members, isOwnField).map(([from, to]) =>
          body.subarray(from, to),
        ),
      )
    : body;
  return {
    ...judged,
    forwarded,
    forwardedText: () => forwarded.toString(isAscii(forwarded) ? 'latin1' : 'utf8'),
  };
}

/** The members that are judged; of those that share a name the last one counts, as for JSON.parse. */
function looked(body: Buffer, members: readonly RawMember[]): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const { name, valueStart, end } of members) {
    const value = body.subarray(valueStart, end);
    if (isOwnField(name)) {
      json[name] = parse(value);
    } else if (name === 'messages') {
      json[name] = outlineOf(value);
    } else if (name === 'stream') {
      // Long values are none of the three that are taken.
      json[name] = value.length > 'false'.length ? true : parse(value);
    } else if (Object.hasOwn(LONGEST, name)) {
      json[name] = value.length > (LONGEST[name] ?? 0) ? 0 : parse(value);
    }
  }
  return json;
}

const parse = (value: Buffer): unknown => JSON.parse(value.toString('utf8'));

/** An empty array, or one with an element in place of all; 0 for what is no array. */
function outlineOf(value: Buffer): unknown {
  if (value[0] !== 0x5b) {
    return 0;
  }
  let at = 1;
  while (isSpace(value[at])) {
    at += 1;
  }
  return value[at] === 0x5d ? [] : [0];
}
