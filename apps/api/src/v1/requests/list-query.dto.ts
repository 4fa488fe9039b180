import { ApiProperty, type ApiQueryOptions } from '@nestjs/swagger';
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

import { EndpointFilter, toStoredEndpoint } from '../../http/endpoint-filter.js';
import { checkMetadata } from '../../http/metadata-filter.js';
import { IsStorableText } from '../../http/storable-text.js';
import { isTime, ToDate } from '../../http/times.js';
import { validateQuery } from '../../http/validate.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const PAIR = /^metadata\[(.+)\]$/s;

/** Filter and page of a list of requests. */
export class ListQuery {
  @ApiProperty({ required: false, enum: REQUEST_STATUSES })
  @IsOptional()
  @IsIn(REQUEST_STATUSES)
  status?: RequestStatus;

  @EndpointFilter()
  endpoint?: string;

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

  @ApiProperty({ required: false, description: 'Beginning of the keys of the requests.' })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, 255)
  idempotency_key_prefix?: string;

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

/** Pairs of metadata, as a parameter of `openapi.json`: `metadata[order]=4700`. */
export const METADATA_PARAMETER: ApiQueryOptions = {
  name: 'metadata',
  required: false,
  style: 'deepObject',
  explode: true,
  description: 'Pairs of metadata that a request must have: `metadata[order]=4700`.',
  schema: { type: 'object', additionalProperties: { type: 'string' } },
};

/**
 * Reads the query of a list into the filter of the reader.
 *
 * @param received the query, as received
 * @throws ApiError naming the first parameter that is not valid
 */
export function readListQuery(received: Readonly<Record<string, unknown>>): ListFilter {
  const pairs: [string, unknown][] = [];
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(received)) {
    const [, key] = PAIR.exec(name) ?? [];
    if (key === undefined) {
      rest[name] = value;
    } else {
      pairs.push([key, value]);
    }
  }
  const metadata = checkMetadata(pairs, 'metadata', (name) => `metadata[${name}]`);
  const filter = toFilter(validateQuery(ListQuery, rest));
  return metadata === undefined ? filter : { ...filter, metadata };
}

function toFilter(query: ListQuery): ListFilter {
  const after = query.after === undefined ? null : uuidFromRequestId(query.after);
  return {
    limit: query.limit ?? DEFAULT_LIMIT,
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(query.endpoint === undefined ? {} : { endpoint: toStoredEndpoint(query.endpoint) }),
    ...(query.model === undefined ? {} : { model: query.model }),
    ...(query.idempotency_key === undefined ? {} : { idempotencyKey: query.idempotency_key }),
    ...(query.idempotency_key_prefix === undefined
      ? {}
      : { idempotencyKeyPrefix: query.idempotency_key_prefix }),
    ...(query.error_code === undefined ? {} : { errorCode: query.error_code }),
    ...(query.created_after === undefined ? {} : { createdAfter: query.created_after }),
    ...(query.created_before === undefined ? {} : { createdBefore: query.created_before }),
    ...(after === null ? {} : { after }),
  };
}
