import { ApiProperty } from '@nestjs/swagger';
import {
  type CachePolicy,
  DEFAULT_CACHE_TTL_S,
  MAX_CACHE_TTL_S,
  MAX_CALL_TIMEOUT_MS,
  MAX_DEADLINE_MS,
  MAX_RETRY_COUNT,
  MAX_RETRY_STATUS,
  MIN_RETRY_STATUS,
  type ProjectPolicy,
} from '@reqrun/retry-policy';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

import { IsObjectOrNull } from '../http/known-fields.js';

const TTL_MESSAGE = `ttl must be a whole number of seconds from 1 to ${MAX_CACHE_TTL_S}`;

/** Retry rules. */
export class RetryFields {
  @ApiProperty({ required: false, type: 'integer', minimum: 0, maximum: MAX_RETRY_COUNT })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_RETRY_COUNT)
  count?: number;

  @ApiProperty({
    required: false,
    type: 'array',
    items: { type: 'integer', minimum: MIN_RETRY_STATUS, maximum: MAX_RETRY_STATUS },
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_RETRY_STATUS - MIN_RETRY_STATUS + 1)
  @IsInt({ each: true })
  @Min(MIN_RETRY_STATUS, { each: true })
  @Max(MAX_RETRY_STATUS, { each: true })
  on_codes?: number[];

  @ApiProperty({
    required: false,
    description:
      'Try network errors, timeouts, 408, 409, 425, 429 and 5xx again until the deadline, with waits of ' +
      'up to five minutes; `count` then bounds the others alone. For a request that names no `retry` ' +
      'and is not waited for, as its project is set.',
  })
  @IsOptional()
  @IsBoolean()
  until_deadline?: boolean;
}

/** Time limits, in ms. */
export class TimeoutFields {
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: MAX_CALL_TIMEOUT_MS,
    description: 'The longest provider call, in milliseconds.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  call_timeout?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: MAX_DEADLINE_MS,
    description: 'From acceptance to a terminal state, in milliseconds.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_DEADLINE_MS)
  deadline?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: MAX_CALL_TIMEOUT_MS,
    description:
      'The longest silence within an answer once its headers have come, and within a stream once its ' +
      'first token has come, in milliseconds.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  idle?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: MAX_CALL_TIMEOUT_MS,
    description:
      'The longest wait for the first token of a stream, in milliseconds. As long as `call_timeout` ' +
      'where it is not set.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  ttft?: number;
}

/** Use of answers to identical requests. */
export class CacheFields {
  @ApiProperty({ enum: ['exact_match'] })
  @IsIn(['exact_match'], { message: 'type must be exact_match' })
  @IsDefined({ message: 'type is required' })
  type!: 'exact_match';

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: MAX_CACHE_TTL_S,
    default: DEFAULT_CACHE_TTL_S,
    description: 'How old an answer may be that is given again, in seconds.',
  })
  @IsOptional()
  @IsInt({ message: TTL_MESSAGE })
  @Min(1, { message: TTL_MESSAGE })
  @Max(MAX_CACHE_TTL_S, { message: TTL_MESSAGE })
  ttl?: number;
}

/** Fields of a policy, the same in the body of a request and in the settings of a project. */
export class PolicyFields {
  @ApiProperty({ required: false, type: () => RetryFields })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RetryFields)
  retry?: RetryFields;

  @ApiProperty({ required: false, type: () => TimeoutFields })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => TimeoutFields)
  timeout?: TimeoutFields;

  @ApiProperty({ required: false, enum: ['retry', 'fail'] })
  @IsOptional()
  @IsIn(['retry', 'fail'])
  on_lost?: 'retry' | 'fail';

  /** Described where it is taken: in the body of a response, and in the settings of a project. */
  @IsOptional()
  @IsBoolean()
  reattach?: boolean;
  @ApiProperty({
    required: false,
    nullable: true,
    type: () => CacheFields,
    description:
      'Answer identical requests with one answer; `null` switches off what the project says.',
  })
  @IsObjectOrNull(CacheFields)
  cache?: CacheFields | null;
}

/** Description of `reattach`. */
export const REATTACH = {
  required: false,
  description:
    'Let the provider run responses in the background, so that another worker can wait for the same response ' +
    'where one is lost. The provider must keep responses: `store: false` is refused.',
} as const;

/**
 * Converts the given fields to members of a policy.
 *
 * @param fields the validated fields
 */
export function toPolicyMembers({
  retry,
  timeout,
  on_lost,
  reattach,
  cache,
}: { [Key in keyof PolicyFields]?: PolicyFields[Key] | undefined }): Partial<ProjectPolicy> {
  const members = withoutAbsent<ProjectPolicy>({
    count: retry?.count,
    onCodes: retry?.on_codes,
    untilDeadline: retry?.until_deadline,
    onLost: on_lost,
    reattach,
    callTimeoutMs: timeout?.call_timeout,
    idleTimeoutMs: timeout?.idle,
    ttftTimeoutMs: timeout?.ttft,
    deadlineMs: timeout?.deadline,
  });
  return cache === undefined ? members : { ...members, cache: toCachePolicy(cache) };
}

/**
 * Converts the fields of the cache to a member of a policy.
 *
 * @param cache the validated fields; null for none
 */
export const toCachePolicy = (cache: CacheFields | null): CachePolicy | null =>
  cache === null ? null : { type: cache.type, ttl: cache.ttl ?? DEFAULT_CACHE_TTL_S };

/**
 * Converts a policy to its fields in the API.
 *
 * @param policy the policy of a project
 */
export function toPolicyFields(policy: ProjectPolicy): {
  retry: Required<RetryFields>;
  timeout: Required<TimeoutFields>;
  on_lost: 'retry' | 'fail';
  reattach: boolean;
  cache: Required<CacheFields> | null;
} {
  return {
    retry: {
      count: policy.count,
      on_codes: [...policy.onCodes],
      until_deadline: policy.untilDeadline,
    },
    timeout: {
      call_timeout: policy.callTimeoutMs,
      deadline: policy.deadlineMs,
      idle: policy.idleTimeoutMs,
      ttft: policy.ttftTimeoutMs ?? policy.callTimeoutMs,
    },
    on_lost: policy.onLost,
    reattach: policy.reattach ?? false,
    cache: policy.cache ?? null,
  };
}

/**
 * Returns the members of an object that have a value: `null` and `undefined` mean that a field is absent.
 *
 * @param members the object
 */
export function withoutAbsent<T extends object>(members: {
  [Key in keyof T]?: T[Key] | null | undefined;
}): Partial<T> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  ) as Partial<T>;
}
