import { ApiProperty } from '@nestjs/swagger';
import {
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

import { MAX_FALLBACKS } from '@reqrun/retry-policy';

import { IsObjectOrNull } from '../http/known-fields.js';
import { CacheFields, PolicyFields, RetryFields, TimeoutFields } from './policy-fields.dto.js';
import { MAX_WAIT_MS } from './wait-limits.js';

/** A model that is called when the one before has failed. Read by `readFallbacks`, whose messages name the entry. */
class FallbackFields {
  @ApiProperty({ minLength: 1, maxLength: 256, description: 'As the field `model`.' })
  model!: string;

  @ApiProperty({
    required: false,
    description: 'A provider of the project; `model` is then taken as it is.',
  })
  provider?: string;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: true,
    description:
      'Members of the body that differ for this model, at most 16 KiB; `null` leaves one out. Stored encrypted.',
  })
  params?: object;
}

const fallbacks = {
  required: false,
  type: () => [FallbackFields],
  maxItems: MAX_FALLBACKS,
  description:
    'Models that are called in order when the retries of the one before are used up, or cannot help. ' +
    'By default those of the project; an empty array means none.',
};

/** The same settings with the names of orq.ai. */
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

  @ApiProperty(fallbacks)
  @IsOptional()
  fallbacks?: FallbackFields[];

  @ApiProperty({ required: false, nullable: true, type: () => CacheFields })
  @IsObjectOrNull(CacheFields)
  cache?: CacheFields | null;
}

/** Our fields in addition to OpenAI's. None of them is forwarded. */
export class ExtensionFields extends PolicyFields {
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

  @ApiProperty({
    required: false,
    enum: ['live', 'buffered'],
    description:
      'With `stream: true`: whether frames are shown as they come, or all at once when the answer is whole.',
  })
  @IsOptional()
  @IsIn(['live', 'buffered'])
  stream_mode?: 'live' | 'buffered';

  @ApiProperty({
    required: false,
    description:
      'With `stream: true`: cancel the request when this connection closes before the end. By default it runs on.',
  })
  @IsOptional()
  @IsBoolean()
  cancel_on_disconnect?: boolean;

  @ApiProperty(fallbacks)
  @IsOptional()
  fallbacks?: FallbackFields[];

  @ApiProperty({ required: false, type: () => OrqFields })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => OrqFields)
  orq?: OrqFields;
}

/** Names of our fields, which are removed before the body is forwarded. */
export const EXTENSION_FIELDS: ReadonlySet<string> = new Set([
  'wait',
  'wait_timeout_ms',
  'idempotency_key',
  'retry',
  'timeout',
  'on_lost',
  'reattach',
  'stream_mode',
  'cancel_on_disconnect',
  'orq',
  'fallbacks',
  'cache',
]);
