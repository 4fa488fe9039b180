import { ApiProperty } from '@nestjs/swagger';
import {
  IsBoolean,
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

import { PolicyFields, RetryFields, TimeoutFields } from '../../policy/policy-fields.dto.js';
import { MAX_WAIT_MS } from '../../policy/wait-limits.js';

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
  'orq',
  'fallbacks',
  'cache',
]);
