import { type Endpoint, RESPONSES } from '@reqrun/contracts';
import { streamModuleAt } from '@reqrun/providers';

import { ApiError } from '../../http/api-error.js';
import { isStorable } from '../../http/storable-text.js';
import { validate } from '../../http/validate.js';
import { eitherSpelling } from '../../policy/either-spelling.js';
import { type CacheFields, toCachePolicy } from '../../policy/policy-fields.dto.js';
import { EXTENSION_FIELDS, ExtensionFields } from '../../policy/extension-fields.dto.js';
import { type GivenFallback, readFallbacks } from '../../policy/fallback-fields.js';
import { isLonger, isModelName, MODEL_RULE } from '../../policy/model-field.js';

const MAX_METADATA_PAIRS = 16;
const MAX_METADATA_KEY = 64;
const MAX_METADATA_VALUE = 512;
/** Largest value of a field of ours, in bytes. A longer one is refused before it is parsed. */
export const MAX_OWN_LENGTH = 4096;
/** The same for those that may hold the parameters of fallbacks. */
const MAX_LENGTHS: Readonly<Record<string, number>> = { fallbacks: 64 * 1024, orq: 68 * 1024 };

/** Fields of a body that are validated and used. */
export interface JudgedFields {
  model: string;
  /** OpenAI's metadata, to be copied to the record in plain text. */
  metadata: Record<string, string> | null;
  own: ExtensionFields;
  /** Whether the answer is to be a stream. */
  stream: boolean;
  /** Fallbacks as they are given; absent where none are. */
  fallbacks?: { param: string; given: GivenFallback[] };
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
  refuseReattach(json, endpoint);
  const stream = readStream(json, endpoint);
  refuseCache(json, endpoint);
  const fallbacks = fallbacksOf(json);
  const own = readExtensionFields(json);
  for (const name of ['stream_mode', 'cancel_on_disconnect'] as const) {
    if (own[name] !== undefined && !stream) {
      throw new ApiError('invalid_value', {
        param: name,
        message: `${name} needs stream: true.`,
      });
    }
  }
  const metadata = readMetadata(json['metadata']);
  return fallbacks === null
    ? { model, own, stream, metadata }
    : { model, own, stream, metadata, fallbacks };
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
    const most = MAX_LENGTHS[name] ?? MAX_OWN_LENGTH;
    if (end - valueStart > most && isExtensionField(name)) {
      throw new ApiError('invalid_value', {
        param: name,
        message: `${name} must not be longer than ${most} bytes.`,
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
  if (!isModelName(model)) {
    throw new ApiError('invalid_value', { param: 'model', message: `model ${MODEL_RULE}.` });
  }
  return model;
}

/** Refuses the cache for uploads, whose files are not compared. */
function refuseCache(
  { cache = null, orq }: Readonly<Record<string, unknown>>,
  { form }: Endpoint,
): void {
  const theirs = isObject(orq) ? (orq['cache'] ?? null) : null;
  if (form !== undefined && (cache !== null || theirs !== null)) {
    const param = cache === null ? 'orq.cache' : 'cache';
    throw new ApiError('unsupported_parameter', {
      param,
      message: `${param} is not supported for uploads yet.`,
    });
  }
}

/** Refuses what only responses have: other calls have no id at the provider until they are answered. */
function refuseReattach(json: Readonly<Record<string, unknown>>, { path }: Endpoint): void {
  if (json['reattach'] !== undefined && json['reattach'] !== null && path !== RESPONSES.path) {
    throw new ApiError('unsupported_parameter', {
      param: 'reattach',
      message: 'reattach is supported at /v1/responses alone.',
    });
  }
}

/** Whether the answer is to be a stream. Where there are none, or the value is none of the valid ones, it is refused. */
function readStream({ stream }: Readonly<Record<string, unknown>>, { path }: Endpoint): boolean {
  if (stream === undefined || stream === null || stream === false) {
    return false;
  }
  if (streamModuleAt(path) === null) {
    throw new ApiError('unsupported_parameter', {
      param: 'stream',
      message: 'stream is not supported at this endpoint.',
    });
  }
  if (stream !== true) {
    throw new ApiError('invalid_value', {
      param: 'stream',
      message: 'stream must be true or false.',
    });
  }
  return true;
}

/** Fallbacks are read apart from our other fields: their messages name the entry. */
function fallbacksOf(
  json: Readonly<Record<string, unknown>>,
): NonNullable<JudgedFields['fallbacks']> | null {
  const own = json['fallbacks'];
  const orq = json['orq'];
  const theirs = isObject(orq) ? orq['fallbacks'] : undefined;
  if (own === undefined && theirs === undefined) {
    return null;
  }
  const value = eitherSpelling(own, theirs, 'fallbacks');
  const param = own === undefined || own === null ? 'orq.fallbacks' : 'fallbacks';
  return value === null ? null : { param, given: readFallbacks(value, param) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readExtensionFields(json: Readonly<Record<string, unknown>>): ExtensionFields {
  const given: Record<string, unknown> = {};
  for (const name of EXTENSION_FIELDS) {
    const value = json[name];
    // A null switches off what the project says of the cache; of the other fields it says nothing.
    if (value !== undefined && (value !== null || name === 'cache') && name !== 'fallbacks') {
      given[name] = name === 'orq' ? withoutFallbacks(value) : value;
    }
  }
  if (isPlain(given)) {
    return given;
  }
  const own = validate(ExtensionFields, given);
  const { orq } = own;
  eitherSpelling(own.retry, orq?.retries, 'retry', 'retries');
  eitherSpelling(own.timeout, orq?.timeout, 'timeout');
  if (orq?.cache !== undefined && own.cache !== undefined && !isSameCache(own.cache, orq.cache)) {
    throw new ApiError('invalid_value', {
      param: 'orq.cache',
      message: 'cache and orq.cache differ: send one of them.',
    });
  }
  return own;
}

function withoutFallbacks(orq: unknown): unknown {
  if (!isObject(orq)) {
    return orq;
  }
  return Object.fromEntries(Object.entries(orq).filter(([name]) => name !== 'fallbacks'));
}

function isSameCache(a: CacheFields | null, b: CacheFields | null): boolean {
  const [one, other] = [a, b].map((cache) => (cache === null ? null : toCachePolicy(cache)));
  return one?.type === other?.type && one?.ttl === other?.ttl;
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
