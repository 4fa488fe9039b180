import { isAscii, isUtf8 } from 'node:buffer';

import {
  type JsonLimits,
  jsonSize,
  piecesWithout,
  topLevelMembers,
  withoutMembers,
} from '@reqrun/platform/json';

import { ApiError } from '../http/api-error.js';
import { boundOwnFields, isOwnField, judgeFields, type JudgedFields } from './judge-fields.js';
import { OWN_FIELDS } from './own-fields.dto.js';
import { LARGE_BYTES, readLargeChatBody } from './large-chat-body.js';

/** A body that was taken. */
export interface ChatBody extends JudgedFields {
  /** What goes to the provider: the caller's bytes, less our fields. */
  forwarded: Buffer;
  /** Makes the same as text, for the fingerprint. */
  forwardedText: () => string;
}

/**
 * Reads the body of a chat completion, which goes to the provider byte for byte, less our fields. Most
 * bodies are small and read at once; a large one is read in slices.
 *
 * @param body the bytes as they came
 * @param limits bounds of its structure
 * @returns a promise for a large body alone
 * @throws ApiError that names the field that is wrong
 */
export function readChatBody(body: Buffer, limits: JsonLimits): ChatBody | Promise<ChatBody> {
  return body.length < LARGE_BYTES
    ? readSmallChatBody(body, limits)
    : readLargeChatBody(body, limits);
}

function readSmallChatBody(body: Buffer, limits: JsonLimits): ChatBody {
  // Most bodies are ASCII. Then a character is a byte: nothing is decoded, and what is forwarded is cut
  // out of the bytes, which for large prompts is half of the work.
  const encoding = isAscii(body) ? 'latin1' : 'utf8';
  if (encoding === 'utf8' && !isUtf8(body)) {
    throw new ApiError('invalid_json');
  }
  const text = body.toString(encoding);
  const size = jsonSize(text, limits.structure);
  if (size.depth > limits.depth) {
    throw new ApiError('json_too_deep');
  }
  if (size.structure > limits.structure) {
    throw new ApiError('json_too_complex');
  }
  const json = parseObject(text);
  if (!hasOwnField(json)) {
    return { ...judgeFields(json), forwarded: body, forwardedText: () => text };
  }
  const members = topLevelMembers(text);
  boundOwnFields(members);
  const forwardedText = (): string => withoutMembers(text, members, isOwnField);
  return {
    ...judgeFields(json),
    forwarded:
      encoding === 'latin1'
        ? Buffer.concat(
            piecesWithout(text.length, members, isOwnField).map(([from, to]) =>
              body.subarray(from, to),
            ),
          )
        : Buffer.from(forwardedText()),
    forwardedText,
  };
}

function hasOwnField(json: Readonly<Record<string, unknown>>): boolean {
  for (const name of OWN_FIELDS) {
    if (Object.hasOwn(json, name)) {
      return true;
    }
  }
  return false;
}

function parseObject(text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ApiError('invalid_json');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ApiError('invalid_body');
  }
  return json as Record<string, unknown>;
}
