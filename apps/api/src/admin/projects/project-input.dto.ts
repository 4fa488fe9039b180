import { ApiProperty } from '@nestjs/swagger';
import type { ProjectSettingsChange } from '@reqrun/projects';
import { MAX_CALL_TIMEOUT_MS, MAX_DEADLINE_MS, MAX_FALLBACKS } from '@reqrun/retry-policy';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

import { IsObjectList } from '../../http/known-fields.js';
import { readFallbacks } from '../../policy/fallback-fields.js';
import { MAX_WAIT_MS } from '../../policy/wait-limits.js';
import {
  PolicyFields,
  REATTACH,
  toPolicyMembers,
  withoutAbsent,
} from '../../policy/policy-fields.dto.js';
import { IsLine } from '../input/fields.js';

const MAX_NAME = 100;
const MAX_RETENTION_DAYS = 3650;
const milliseconds = (maximum: number) =>
  ({ required: false, type: 'integer', minimum: 1, maximum }) as const;
/** Largest bound of a project. */
const MAX_BOUND = 10_000_000;
const bound = {
  required: false,
  type: 'integer',
  minimum: 1,
  maximum: MAX_BOUND,
  nullable: true,
} as const;
const days = { required: false, type: 'integer', minimum: 1, maximum: MAX_RETENTION_DAYS } as const;

/** A fallback of a project's requests. Read by `readFallbacks`, whose messages name the entry. */
class ProjectFallbackFields {
  @ApiProperty({ minLength: 1, maxLength: 256 }) model!: string;
  @ApiProperty({ required: false, description: 'A provider of the project.' }) provider?: string;
}

/** Settings to change; absent ones stay. If both names of a limit are given, the one in `timeout` counts. */
export class ProjectSettingsInput extends PolicyFields {
  @ApiProperty({
    required: false,
    oneOf: [{ type: 'boolean' }, { type: 'string', enum: ['auto'] }],
  })
  @IsOptional()
  @IsIn([true, false, 'auto'])
  default_wait?: boolean | 'auto';

  @ApiProperty({ required: false })
  @IsOptional()
  @IsBoolean()
  join_sdk_retries?: boolean;

  @ApiProperty(REATTACH)
  declare reattach?: boolean;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: MAX_WAIT_MS })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_WAIT_MS)
  default_wait_timeout_ms?: number;

  @ApiProperty({
    required: false,
    type: () => [ProjectFallbackFields],
    maxItems: MAX_FALLBACKS,
    description: 'Fallbacks of chat completions and responses that name none themselves.',
  })
  @IsOptional()
  @IsObjectList()
  fallbacks?: ProjectFallbackFields[];

  @ApiProperty({ ...milliseconds(MAX_CALL_TIMEOUT_MS), description: '`timeout.call_timeout`.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  call_timeout_ms?: number;

  @ApiProperty({ ...milliseconds(MAX_DEADLINE_MS), description: '`timeout.deadline`.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_DEADLINE_MS)
  deadline_ms?: number;

  @ApiProperty({ ...milliseconds(MAX_CALL_TIMEOUT_MS), description: '`timeout.idle`.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  idle_timeout_ms?: number;

  @ApiProperty(bound)
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_BOUND)
  max_open_requests?: number | null;

  @ApiProperty(bound)
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_BOUND)
  max_concurrent_calls?: number | null;

  @ApiProperty(days)
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_RETENTION_DAYS)
  payload_retention_days?: number;

  @ApiProperty(days)
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_RETENTION_DAYS)
  record_retention_days?: number;
}

/** Input for a new project. */
export class NewProject {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME })
  @IsLine(MAX_NAME)
  name!: string;

  @ApiProperty({ required: false, type: () => ProjectSettingsInput })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProjectSettingsInput)
  settings?: ProjectSettingsInput;
}

/** Changes of a project. */
export class ProjectChanges {
  @ApiProperty({ required: false, minLength: 1, maxLength: MAX_NAME })
  @IsOptional()
  @IsLine(MAX_NAME)
  name?: string;

  @ApiProperty({ required: false, type: () => ProjectSettingsInput })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ProjectSettingsInput)
  settings?: ProjectSettingsInput;
}

/** Confirmation of a project's deletion. */
export class ProjectDeletion {
  @ApiProperty({ description: 'The name of the project, exactly.' })
  @IsString()
  name!: string;
}

/** Path of the fallbacks in the body of a call. */
export const FALLBACKS = 'settings.fallbacks';

/**
 * Converts validated settings to those of `libs/projects`.
 *
 * @param input the settings
 * @throws ApiError naming a fallback that is not valid
 */
export function toSettings(input: ProjectSettingsInput | undefined): ProjectSettingsChange {
  if (input === undefined) {
    return {};
  }
  const policy = {
    ...withoutAbsent({
      callTimeoutMs: input.call_timeout_ms,
      deadlineMs: input.deadline_ms,
      idleTimeoutMs: input.idle_timeout_ms,
    }),
    ...toPolicyMembers(input),
    ...(input.fallbacks != null && {
      fallbacks: readFallbacks(input.fallbacks, FALLBACKS, false).map(({ model, provider }) =>
        provider === undefined ? { model } : { model, provider },
      ),
    }),
  };
  return {
    ...withoutAbsent({
      defaultWait: input.default_wait,
      joinSdkRetries: input.join_sdk_retries,
      defaultWaitTimeoutMs: input.default_wait_timeout_ms,
      payloadRetentionDays: input.payload_retention_days,
      recordRetentionDays: input.record_retention_days,
    }),
    // Null takes a bound away.
    ...(input.max_open_requests !== undefined && { maxOpenRequests: input.max_open_requests }),
    ...(input.max_concurrent_calls !== undefined && {
      maxConcurrentCalls: input.max_concurrent_calls,
    }),
    ...(Object.keys(policy).length > 0 && { policy }),
  };
}
