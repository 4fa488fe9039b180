import { ApiProperty } from '@nestjs/swagger';
import type { AllProjectSettings } from '@reqrun/projects';
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

import {
  MAX_CALL_TIMEOUT_MS,
  MAX_DEADLINE_MS,
  MAX_WAIT_MS,
  RetryFields,
} from '../../v1/submission/extension-fields.dto.js';
import { IsLine } from '../http/fields.js';

const MAX_NAME = 100;
const MAX_RETENTION_DAYS = 3650;
const days = { required: false, type: 'integer', minimum: 1, maximum: MAX_RETENTION_DAYS } as const;

/** Settings to change; what is left out stays. The bounds are those of a request's own fields. */
export class ProjectSettingsInput {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsBoolean()
  default_wait?: boolean;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: MAX_WAIT_MS })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_WAIT_MS)
  default_wait_timeout_ms?: number;

  @ApiProperty({ required: false, type: () => RetryFields })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RetryFields)
  retry?: RetryFields;

  @ApiProperty({ required: false, enum: ['retry', 'fail'] })
  @IsOptional()
  @IsIn(['retry', 'fail'])
  on_lost?: 'retry' | 'fail';

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: MAX_CALL_TIMEOUT_MS })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  call_timeout_ms?: number;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: MAX_DEADLINE_MS })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_DEADLINE_MS)
  deadline_ms?: number;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: MAX_CALL_TIMEOUT_MS })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  idle_timeout_ms?: number;

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

/** A project to make. */
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

/** What is to change about a project. */
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

/** Says that somebody means it. */
export class ProjectDeletion {
  @ApiProperty({ description: 'The name of the project, exactly.' })
  @IsString()
  name!: string;
}

/**
 * Checked settings in the words of `libs/projects`.
 *
 * @param input what the caller sent
 */
export function toSettings(input: ProjectSettingsInput | undefined): Partial<AllProjectSettings> {
  const settings: Record<string, unknown> = {
    defaultWait: input?.default_wait,
    defaultWaitTimeoutMs: input?.default_wait_timeout_ms,
    retryCount: input?.retry?.count,
    retryOnCodes: input?.retry?.on_codes,
    retryUntilDeadline: input?.retry?.until_deadline,
    onLost: input?.on_lost,
    callTimeoutMs: input?.call_timeout_ms,
    deadlineMs: input?.deadline_ms,
    idleTimeoutMs: input?.idle_timeout_ms,
    payloadRetentionDays: input?.payload_retention_days,
    recordRetentionDays: input?.record_retention_days,
  };
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== null),
  );
}
