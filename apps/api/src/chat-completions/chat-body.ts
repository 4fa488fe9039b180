import { isAscii, isUtf8 } from 'node:buffer';

import { jsonDepth, piecesWithout, topLevelMembers, withoutMembers } from '@reqrun/platform/json';

import { ApiError } from '../http/api-error.js';
import { validate } from '../http/validate.js';
import { OWN_FIELDS, OwnFields } from './own-fields.dto.js';

const MAX_MODEL_LENGTH = 256;
const MAX_METADATA_PAIRS = 16;
const MAX_METADATA_KEY = 64;
const MAX_METADATA_VALUE = 512;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** A body that was taken. */
export interface ChatBody {
  model: string;
  /** OpenAI's metadata, to be copied to the record in clear. */
  metadata: Record<string, string> | null;
  own: OwnFields;
  /** What goes to the provider: the caller's bytes, less our fields. */
  forwarded: Buffer;
  /** Makes the same as text, for the fingerprint. */
  forwardedText: () => string;
}

/**
 * Reads the body of a chat completion. Of OpenAI's own fields only what is needed is judged; the rest
 * is the provider's to judge, and goes to it byte for byte.
 *
 * @param body the bytes as they came
 * @param maxDepth how deeply it may be nested
 * @throws ApiError that names the field that is wrong
 */
export function readChatBody(body: Buffer, maxDepth: number): ChatBody {
  // Most bodies are ASCII. Then a character is a byte: nothing is decoded, and what is forwarded is cut
  // out of the bytes, which for large prompts is half of the work.
  const encoding = isAscii(body) ? 'latin1' : 'utf8';
  if (encoding === 'utf8' && !isUtf8(body)) {
    throw new ApiError('invalid_json');
  }
  const text = body.toString(encoding);
  if (jsonDepth(text) > maxDepth) {
    throw new ApiError('json_too_deep');
  }
  const json = parseObject(text);
  const model = readModel(json);
  if (!Array.isArray(json['messages']) || json['messages'].length === 0) {
    throw new ApiError(
      json['messages'] === undefined ? 'missing_required_parameter' : 'invalid_value',
      { param: 'messages', message: 'messages must be a non-empty array.' },
    );
  }
  refuseUnbuilt(json);
  const own = readOwnFields(json);
  const metadata = readMetadata(json['metadata']);
  const isOwn = (name: string): boolean => OWN_FIELDS.has(name);
  if (!Object.keys(json).some(isOwn)) {
    return { model, metadata, own, forwarded: body, forwardedText: () => text };
  }
  const members = topLevelMembers(text);
  const forwardedText = (): string => withoutMembers(text, members, isOwn);
  return {
    model,
    metadata,
    own,
    forwarded:
      encoding === 'latin1'
        ? Buffer.concat(
            piecesWithout(text, members, isOwn).map(([from, to]) => body.subarray(from, to)),
          )
        : Buffer.from(forwardedText()),
    forwardedText,
  };
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

function readModel(json: Record<string, unknown>): string {
  const model = json['model'];
  if (model === undefined) {
    throw new ApiError('missing_required_parameter', {
      param: 'model',
      message: 'model is required.',
    });
  }
  if (
    typeof model !== 'string' ||
    model === '' ||
    lengthOf(model) > MAX_MODEL_LENGTH ||
    CONTROL_CHARACTER.test(model) ||
    !model.isWellFormed()
  ) {
    throw new ApiError('invalid_value', {
      param: 'model',
      message: `model must be a non-empty string of at most ${MAX_MODEL_LENGTH} characters.`,
    });
  }
  return model;
}

/** What the contract has and this version has not is refused by name, never ignored. */
function refuseUnbuilt(json: Record<string, unknown>): void {
  const { stream, orq } = json;
  const unbuilt =
    stream !== undefined && stream !== null && stream !== false
      ? 'stream'
      : (['fallbacks', 'cache'].find((name) => json[name] !== undefined) ??
        (typeof orq === 'object' && orq !== null
          ? ['fallbacks', 'cache']
              .filter((name) => Object.hasOwn(orq, name))
              .map((name) => `orq.${name}`)[0]
          : undefined));
  if (unbuilt !== undefined) {
    throw new ApiError('unsupported_parameter', {
      param: unbuilt,
      message: `${unbuilt} is not supported yet.`,
    });
  }
}

function readOwnFields(json: Record<string, unknown>): OwnFields {
  const given: Record<string, unknown> = {};
  for (const name of OWN_FIELDS) {
    const value = json[name];
    if (value !== undefined && value !== null) {
      given[name] = value;
    }
  }
  if (isPlain(given)) {
    return given;
  }
  const own = validate(OwnFields, given);
  const { orq } = own;
  if (orq?.retries !== undefined && own.retry !== undefined) {
    throw new ApiError('invalid_value', {
      param: 'orq.retries',
      message: 'retry and orq.retries are the same field: send one of them.',
    });
  }
  if (orq?.timeout !== undefined && own.timeout !== undefined) {
    throw new ApiError('invalid_value', {
      param: 'orq.timeout',
      message: 'timeout and orq.timeout are the same field: send one of them.',
    });
  }
  return own;
}

/** Most calls bring none of our fields, or `wait` alone: that much is seen without the validator. */
function isPlain(given: Record<string, unknown>): given is { wait?: boolean } {
  const names = Object.keys(given);
  return (
    names.length === 0 ||
    (names.length === 1 && names[0] === 'wait' && typeof given['wait'] === 'boolean')
  );
}

/** Source of the limits: https://platform.openai.com/docs/api-reference/chat/create#chat-create-metadata */
function readMetadata(metadata: unknown): Record<string, string> | null {
  if (metadata === undefined || metadata === null) {
    return null;
  }
  const pairs: [string, unknown][] | null =
    typeof metadata === 'object' && !Array.isArray(metadata) ? Object.entries(metadata) : null;
  const fits =
    pairs !== null &&
    pairs.length <= MAX_METADATA_PAIRS &&
    pairs.every(
      ([key, value]) =>
        lengthOf(key) <= MAX_METADATA_KEY &&
        typeof value === 'string' &&
        lengthOf(value) <= MAX_METADATA_VALUE &&
        isStorable(key) &&
        isStorable(value),
    );
  if (!fits) {
    throw new ApiError('invalid_value', {
      param: 'metadata',
      message:
        `metadata must be an object of at most ${MAX_METADATA_PAIRS} strings, ` +
        `with keys of at most ${MAX_METADATA_KEY} and values of at most ${MAX_METADATA_VALUE} characters.`,
    });
  }
  return Object.fromEntries(pairs) as Record<string, string>;
}

/** In characters as people count them, not in UTF-16 units. */
const lengthOf = (text: string): number => Array.from(text).length;

/** PostgreSQL's text holds neither NUL nor half a surrogate pair. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
