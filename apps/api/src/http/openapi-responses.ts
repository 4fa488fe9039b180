import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiResponse } from '@nestjs/swagger';

import { AsyncHandleDto, ErrorBodyDto } from './openapi-schemas.js';

/** Description of a header in OpenAPI. */
interface AnswerHeader {
  description: string;
  schema: { type: 'string' | 'integer'; enum?: string[] };
}

const text = (description: string): AnswerHeader => ({ description, schema: { type: 'string' } });
const integer = (description: string): AnswerHeader => ({
  description,
  schema: { type: 'integer' },
});

/** Header of every answer. */
export const REQUEST_ID = {
  'x-request-id': text(
    'The request’s id (`rr_…`) on every answer about an accepted one, the call’s own (`req_…`) otherwise.',
  ),
};

/** Headers of a refusal that the client should retry later. */
export const RETRY_HEADERS = {
  'retry-after': integer('Seconds, at most 60.'),
  'x-should-retry': {
    description: 'Tells the stock SDKs to try again.',
    schema: { type: 'string', enum: ['true'] },
  } satisfies AnswerHeader,
};

/** Headers of a refusal to a user, who may have to wait longer. */
export const RETRY_AFTER_HEADERS = {
  'retry-after': integer('Seconds; missing where waiting alone changes nothing.'),
};

const NO_RETRY = {
  'x-should-retry': {
    description: 'Keeps the stock SDKs from running it all again.',
    schema: { type: 'string', enum: ['false'] },
  } satisfies AnswerHeader,
};
const POLL_AFTER = { 'openai-poll-after-ms': integer('How long to wait before asking again.') };
const ATTEMPTS = {
  'x-reqrun-attempts': integer('How many attempts it took, over all rounds.'),
  'x-reqrun-model': text(
    'The model that the answer is from, as the request has it; percent-encoded where it is not ASCII.',
  ),
  'x-reqrun-provider': text('The name of its provider.'),
  'x-reqrun-fallback': integer('0 for the model that was asked for, 1 to 3 for its fallbacks.'),
};
const CACHE = {
  'x-reqrun-cache': {
    description: 'Whether the answer came from the cache; missing where none was asked for.',
    schema: { type: 'string', enum: ['hit', 'miss'] },
  } satisfies AnswerHeader,
  age: integer('Seconds since the answer from the cache was made.'),
};
const REPLAYED = {
  'idempotent-replayed': {
    description: 'The request under this idempotency key had ended before this call arrived.',
    schema: { type: 'string', enum: ['true'] },
  } satisfies AnswerHeader,
};
const FROM_PROVIDER = {
  'openai-processing-ms': text('The provider’s own, as are `openai-version` and `x-ratelimit-*`.'),
  'x-provider-request-id': text('The provider’s `x-request-id`.'),
};

/** Headers of answers that pages of other origins may read, where origins are allowed at all. */
export const EXPOSED_HEADERS: readonly string[] = [
  ...Object.keys({ ...REQUEST_ID, ...RETRY_HEADERS, ...POLL_AFTER, ...ATTEMPTS, ...REPLAYED }),
  ...Object.keys(FROM_PROVIDER),
  'location',
];

/** A JSON object with members that the provider defines. */
export const PROVIDERS_JSON = {
  'application/json': { schema: { type: 'object' as const, additionalProperties: true } },
};

/**
 * Describes the answers about a request: finished, not finished, failed.
 *
 * @param replays whether the answer can repeat an earlier one
 */
export function AnswersWithOutcome(replays: boolean): MethodDecorator {
  const replayed = replays ? { ...REPLAYED, ...CACHE } : {};
  const ended = { ...ATTEMPTS, ...replayed };
  const failed = { type: ErrorBodyDto, headers: { ...NO_RETRY, ...ended } };
  return applyDecorators(
    ApiResponse({
      status: 200,
      description: 'The provider’s own answer, byte for byte.',
      content: PROVIDERS_JSON,
      headers: { ...ended, ...FROM_PROVIDER },
    }),
    ApiResponse({
      status: 202,
      type: AsyncHandleDto,
      description: 'Accepted; not finished yet.',
      headers: { location: text('`/v1/requests/{id}`'), ...POLL_AFTER },
    }),
    ApiResponse({
      status: '4XX',
      description:
        'The provider refused for good: its status and its own error body, except 401, 402, 403, 407, 408 and 409, which are 502.',
      content: PROVIDERS_JSON,
      headers: { ...NO_RETRY, ...ended, ...FROM_PROVIDER },
    }),
    ApiResponse({ ...failed, status: 409, description: 'The request was canceled.' }),
    ApiResponse({ ...failed, status: 410, description: 'Retention deleted the answer.' }),
    ApiResponse({
      ...failed,
      status: 502,
      description: 'Failed for good: the provider’s 5xx, a broken connection, an unusable answer.',
    }),
    ApiResponse({ ...failed, status: 504, description: 'Failed for good: out of time.' }),
  );
}

/** Describes the headers that a call with a body may have. */
function ApiRequestHeaders(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: '1 to 255 visible ASCII characters, bare or quoted; as the field of the body.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiHeader({
      name: 'Prefer',
      required: false,
      description: '`wait=30` (seconds, cut at 240) or `respond-async`; the field `wait` wins.',
      schema: { type: 'string' },
      example: 'wait=30',
    }),
    ...['OpenAI-Organization', 'OpenAI-Project', 'OpenAI-Beta'].map((name) =>
      ApiHeader({
        name,
        required: false,
        description: 'Forwarded to the provider.',
        schema: { type: 'string' },
      }),
    ),
  );
}

/**
 * Describes the answer to invalid input.
 *
 * @param description the fault, where it is not a field
 */
export const ApiBadRequest = (description = 'The field is named in `param`.'): MethodDecorator =>
  ApiResponse({ status: 400, type: ErrorBodyDto, description });

/**
 * A call that submits a request: its headers, its body and its answers.
 *
 * @param body class of the body
 * @param form form of the body
 */
export function SubmitsBody(body: Type<object>, form: 'form' | 'json' = 'json'): MethodDecorator {
  const type = form === 'json' ? 'application/json' : 'multipart/form-data';
  const refusals: readonly [number, string][] = [
    [413, 'The body is too large.'],
    [415, `Not plain ${type}.`],
    [422, 'The idempotency key was used with another body.'],
  ];
  return applyDecorators(
    ApiRequestHeaders(),
    ...(form === 'json' ? [] : [ApiConsumes(type)]),
    ApiBody({ type: body }),
    AnswersWithOutcome(true),
    ApiBadRequest(),
    ...refusals.map(([status, description]) =>
      ApiResponse({ status, type: ErrorBodyDto, description }),
    ),
  );
}

/**
 * Describes the answer about a thing that does not exist.
 *
 * @param what name of the thing, e.g. `project or key`
 */
export const NotFound = (what: string): MethodDecorator =>
  ApiResponse({ status: 404, type: ErrorBodyDto, description: `No such ${what}.` });

/** Parameter for the id in a path. */
export const REQUEST_ID_PARAMETER = {
  name: 'id',
  description: 'The id of an accepted request.',
  schema: { type: 'string' as const, pattern: '^rr_[0-9a-f]{32}$' },
};

/** Headers of an answer with a record that may not have ended. */
export const RECORD_HEADERS = POLL_AFTER;
