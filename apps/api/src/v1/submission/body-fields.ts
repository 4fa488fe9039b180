import type { Endpoint } from '@reqrun/contracts';

import { ApiError } from '../../http/api-error.js';
import { isStorable } from '../../http/storable-text.js';
import { validate } from '../../http/validate.js';
import { EXTENSION_FIELDS, ExtensionFields } from './extension-fields.dto.js';

const MAX_MODEL_LENGTH = 256;
const MAX_METADATA_PAIRS = 16;
const MAX_METADATA_KEY = 64;
const MAX_METADATA_VALUE = 512;
const CONTROL_CHARACTER = /\p{Cc}/u;
/** Largest value of a field of ours, in bytes. A longer one is refused before it is parsed. */
const MAX_OWN_LENGTH = 4096;

/** Fields of a body that are validated and used. */
export interface JudgedFields {
  model: string;
  /** OpenAI's metadata, to be copied to the record in plain text. */
  metadata: Record<string, string> | null;
  own: ExtensionFields;
}

/**
 * Returns whether a field is one of ours, which is never forwarded.
 *
 * @param name name of a member of the body
 */
export const isExtensionField = (name: string): boolean => EXTENSION_FIELDS.has(name);

/**
 * Validates the members of a body. Of OpenAI's own fields only those that are needed are read; the provider
 * validates the rest.
 *
 * @param json the members, or at least those that are read
 * @param endpoint endpoint of the call
 * @throws ApiError naming the invalid field
 */
export function validateFields(
  json: Readonly<Record<string, unknown>>,
  endpoint: Endpoint,
): JudgedFields {
  const model = readModel(json, endpoint);
  assertInput(json, endpoint);
  refuseUnbuilt(json);
  return { model, own: readExtensionFields(json), metadata: readMetadata(json['metadata']) };
}

/**
 * Refuses fields of ours that are longer than any valid value.
 *
 * @param members members of the body, with their positions
 * @throws ApiError `invalid_value` naming the first one
 */
export function boundOwnFields(
  members: readonly { name: string; valueStart: number; end: number }[],
): void {
  for (const { name, valueStart, end } of members) {
    if (end - valueStart > MAX_OWN_LENGTH && isExtensionField(name)) {
      throw new ApiError('invalid_value', {
        param: name,
        message: `${name} must not be longer than ${MAX_OWN_LENGTH} bytes.`,
      });
    }
  }
}

function assertInput(json: Readonly<Record<string, unknown>>, { input }: Endpoint): void {
  if (input === null) {
    return;
  }
  const { name, types } = input;
  const value = json[name];
  const type = Array.isArray(value) ? 'array' : typeof value === 'string' ? 'string' : null;
  if (type === null || !types.includes(type) || (value as string | unknown[]).length === 0) {
    throw new ApiError(value === undefined ? 'missing_required_parameter' : 'invalid_value', {
      param: name,
      message: `${name} must be a non-empty ${types.join(' or ')}.`,
    });
  }
}

function readModel(json: Readonly<Record<string, unknown>>, { defaultModel }: Endpoint): string {
  const model = json['model'] ?? defaultModel;
  if (model === undefined) {
    throw new ApiError('missing_required_parameter', {
      param: 'model',
      message: 'model is required.',
    });
  }
  if (
    typeof model !== 'string' ||
    model === '' ||
    isLonger(model, MAX_MODEL_LENGTH) ||
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

/** Refuses fields of the contract that this version does not support, by name; none is ignored. */
function refuseUnbuilt(json: Readonly<Record<string, unknown>>): void {
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

function readExtensionFields(json: Readonly<Record<string, unknown>>): ExtensionFields {
  const given: Record<string, unknown> = {};
  for (const name of EXTENSION_FIELDS) {
    const value = json[name];
    if (value !== undefined && value !== null) {
      given[name] = value;
    }
  }
  if (isPlain(given)) {
    return given;
  }
  const own = validate(ExtensionFields, given);
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

/** Returns whether a call has no field of ours but `wait`, as most do. It then needs no validator. */
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
        !isLonger(key, MAX_METADATA_KEY) &&
        typeof value === 'string' &&
        !isLonger(value, MAX_METADATA_VALUE) &&
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

/** Compares a length in characters. Code units are counted first: a character has at most two. */
const isLonger = (text: string, characters: number): boolean =>
  text.length > characters &&
  (text.length > 2 * characters || Array.from(text).length > characters);
