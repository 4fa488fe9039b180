import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { BulkRetry, BulkRetryFilter } from '@reqrun/requests';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';

import { toStoredEndpoint } from '../../http/endpoint-filter.js';
import { checkMetadata } from '../../http/metadata-filter.js';
import { ProviderAgreement } from './provider-agreement.js';
import { RequestFilterFields } from './request-filter.dto.js';
import { time } from '../../http/openapi-fields.js';

const integer = { type: 'integer' } as const;

/** Filter of failed requests. */
export class BulkRetryFilterInput extends RequestFilterFields {
  @ApiProperty({ required: false, enum: ['failed'] })
  @IsOptional()
  @IsIn(['failed'])
  status?: 'failed';

  @ApiProperty({ type: 'object', selfRequired: false, additionalProperties: { type: 'string' } })
  @IsOptional()
  @IsObject()
  metadata?: Record<string, unknown>;
}

/** Input for a bulk retry, or for a count only. */
export class NewBulkRetry extends ProviderAgreement {
  @ApiProperty({ type: () => BulkRetryFilterInput })
  @IsObject()
  @ValidateNested()
  @Type(() => BulkRetryFilterInput)
  filter!: BulkRetryFilterInput;

  @ApiProperty({ description: '`true` counts and changes nothing.' })
  @IsBoolean()
  dry_run!: boolean;
}

/** Result of a count. */
@ApiSchema({ name: 'BulkRetryCount' })
export class BulkRetryCountDto {
  @ApiProperty({ enum: [true] }) dry_run!: true;
  @ApiProperty(integer) matched!: number;
  @ApiProperty({ description: 'There may be more: only so many are counted.' }) capped!: boolean;
  @ApiProperty({
    description:
      'Some were accepted before the provider changed: to order it takes `accept_provider_change`.',
  })
  provider_changed!: boolean;
}

/** A bulk retry with its progress. */
@ApiSchema({ name: 'BulkRetry' })
export class BulkRetryDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: ['running', 'completed', 'failed'] }) state!: BulkRetry['state'];
  @ApiProperty({ ...integer, description: 'What a count found when it was ordered.' })
  matched!: number;
  @ApiProperty(integer) retried!: number;
  @ApiProperty({ ...integer, description: 'Somebody else was first, or the body is deleted.' })
  skipped!: number;
  @ApiProperty(time) created_at!: string;
  @ApiProperty({ ...time, nullable: true }) completed_at!: string | null;
}

/**
 * Converts a validated filter to that of `libs/requests`.
 *
 * @param input the filter
 * @throws ApiError naming the pair of metadata that is not text
 */
export function toBulkFilter(input: BulkRetryFilterInput): BulkRetryFilter {
  const members: Record<string, unknown> = {
    mode: input.mode,
    endpoint: input.endpoint === undefined ? undefined : toStoredEndpoint(input.endpoint),
    model: input.model,
    errorCode: input.error_code,
    keyId: input.key_id,
    metadata: checkMetadata(Object.entries(input.metadata ?? {}), 'filter.metadata'),
    createdAfter: input.created_after,
    createdBefore: input.created_before,
  };
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  );
}

/**
 * Converts a bulk retry to its form in the admin API.
 *
 * @param bulk the bulk retry
 */
export function toBulkRetryDto(bulk: BulkRetry): BulkRetryDto {
  return {
    id: bulk.id,
    state: bulk.state,
    matched: bulk.matched,
    retried: bulk.retried,
    skipped: bulk.skipped,
    created_at: bulk.createdAt.toISOString(),
    completed_at: bulk.completedAt?.toISOString() ?? null,
  };
}
