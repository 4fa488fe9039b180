import { ApiProperty } from '@nestjs/swagger';
import { REQUEST_STATUSES, type RequestStatus, uuidFromRequestId } from '@reqrun/contracts';
import type { ListFilter } from '@reqrun/requests';
import { Transform } from 'class-transformer';
import {
  IsDate,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';

import { IsStorableText } from '../../http/storable-text.js';
import { isTime, ToDate } from '../../http/times.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Filter and page of a list of requests. */
export class ListQuery {
  @ApiProperty({ required: false, enum: REQUEST_STATUSES })
  @IsOptional()
  @IsIn(REQUEST_STATUSES)
  status?: RequestStatus;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, 256)
  model?: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, 255)
  idempotency_key?: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, 100)
  error_code?: string;

  @ApiProperty({ required: false, type: 'string', description: 'ISO 8601 or Unix seconds.' })
  @IsOptional()
  @ToDate()
  @IsDate(isTime)
  created_after?: Date;

  @ApiProperty({ required: false, type: 'string', description: 'ISO 8601 or Unix seconds.' })
  @IsOptional()
  @ToDate()
  @IsDate(isTime)
  created_before?: Date;

  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 1,
    maximum: MAX_LIMIT,
    default: DEFAULT_LIMIT,
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  limit?: number;

  @ApiProperty({ required: false, description: 'The id that the page begins behind.' })
  @IsOptional()
  @Matches(/^rr_[0-9a-f]{32}$/, { message: 'after must be the id of a request' })
  after?: string;
}

/**
 * Converts a validated query to the filter of the reader.
 *
 * @param query the query
 */
export function toFilter(query: ListQuery): ListFilter {
  const after = query.after === undefined ? null : uuidFromRequestId(query.after);
  return {
    limit: query.limit ?? DEFAULT_LIMIT,
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.model === undefined ? {} : { model: query.model }),
    ...(query.idempotency_key === undefined ? {} : { idempotencyKey: query.idempotency_key }),
    ...(query.error_code === undefined ? {} : { errorCode: query.error_code }),
    ...(query.created_after === undefined ? {} : { createdAfter: query.created_after }),
    ...(query.created_before === undefined ? {} : { createdBefore: query.created_before }),
    ...(after === null ? {} : { after }),
  };
}
