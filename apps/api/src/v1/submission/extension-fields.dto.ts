import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { MAX_RETRY_COUNT, MAX_RETRY_STATUS, MIN_RETRY_STATUS } from '@reqrun/retry-policy';

/** The longest wait: more would outlive an HTTP client's own timeout. */
export const MAX_WAIT_MS = 240_000;
const DAY_MS = 86_400_000;
/** The longest provider call that can be asked for. */
export const MAX_CALL_TIMEOUT_MS = DAY_MS;
/** The longest time from acceptance to a terminal state that can be asked for. */
export const MAX_DEADLINE_MS = 30 * DAY_MS;

/** What is retried, and how often. */
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

/** How long things may take, in ms. */
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
      'The longest silence within an answer once its headers have come, in milliseconds.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  idle?: number;
}

/** The same settings under the names that users of orq.ai know. */
export class OrqFields {
  @ApiProperty({ required: false, type: () => RetryFields })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RetryFields)
  retries?: RetryFields;

  @ApiProperty({ required: false, type: () => TimeoutFields })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => TimeoutFields)
  timeout?: TimeoutFields;
}

/** Our fields beside OpenAI's body. None of them is forwarded. */
export class ExtensionFields {
  @ApiProperty({
    required: false,
    description: 'Hold the connection until the request ends or the wait limit passes.',
  })
  @IsOptional()
  @IsBoolean()
  wait?: boolean;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: MAX_WAIT_MS,
    description:
      'How long to wait at most, in milliseconds. By default as the project is set: its ' +
      '`default_wait_timeout_ms`, 30,000 unless it was changed.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_WAIT_MS)
  wait_timeout_ms?: number;

  @ApiProperty({
    required: false,
    minLength: 1,
    maxLength: 255,
    description: 'Calls with one key are one request.',
  })
  @IsOptional()
  @IsString()
  @Matches(/^[^\p{Cc}\p{Cs}]{1,255}$/u, {
    message: 'idempotency_key must be 1 to 255 characters without control characters',
  })
  idempotency_key?: string;

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

  @ApiProperty({ required: false, enum: ['retry', 'fail'], default: 'retry' })
  @IsOptional()
  @IsIn(['retry', 'fail'])
  on_lost?: 'retry' | 'fail';

  @ApiProperty({ required: false, type: () => OrqFields })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => OrqFields)
  orq?: OrqFields;
}

/** The names of our fields: they are taken out before the body is forwarded. */
export const EXTENSION_FIELDS: ReadonlySet<string> = new Set([
  'wait',
  'wait_timeout_ms',
  'idempotency_key',
  'retry',
  'timeout',
  'on_lost',
  'orq',
  'fallbacks',
  'cache',
]);
