import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { REQUEST_STATUSES, type RequestStatus, uuidFromRequestId } from '@reqrun/contracts';
import type { AdminFilter, AdminPage } from '@reqrun/requests';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsIn,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';

import { ApiError } from '../../http/api-error.js';
import { toStoredEndpoint } from '../../http/endpoint-filter.js';
import { checkMetadata } from '../../http/metadata-filter.js';
import { IsStorableText } from '../../http/storable-text.js';
import { validateQuery } from '../../http/validate.js';
import { PageQuery } from '../input/fields.js';
import { RequestFilterFields } from './request-filter.dto.js';

const METADATA = 'metadata.';
const text = { required: false } as const;
const isRequestId = { message: '$property must be the id of a request' };
const REQUEST_ID = /^rr_[0-9a-f]{32}$/;

/** Largest number of ids in a filter: the rows of the largest page. */
const MOST_IDS = 100;
/** Splits a list that a query has as text. */
const words = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.split(',').map((word) => word.trim()) : value;

/** Filter and page of a list of requests. */
export class AdminRequestQuery extends IntersectionType(PageQuery, RequestFilterFields) {
  @ApiProperty({
    required: false,
    type: 'string',
    description: `One or more of ${REQUEST_STATUSES.join(', ')}, separated by commas.`,
  })
  @IsOptional()
  @Transform(words)
  @ArrayMinSize(1)
  @IsIn(REQUEST_STATUSES, { each: true })
  status?: RequestStatus[];

  @ApiProperty({
    required: false,
    type: 'string',
    description: `One or more ids, at most ${MOST_IDS}, separated by commas.`,
  })
  @IsOptional()
  @Transform(words)
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_IDS)
  @Matches(REQUEST_ID, { each: true, message: '$property must have the ids of requests' })
  id?: string[];

  @ApiProperty(text)
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, 255)
  idempotency_key?: string;

  @ApiProperty({ ...text, description: 'The id that the page begins behind: older ones.' })
  @IsOptional()
  @Matches(REQUEST_ID, isRequestId)
  after?: string;

  @ApiProperty({ ...text, description: 'The id that the page ends before: newer ones.' })
  @IsOptional()
  @Matches(REQUEST_ID, isRequestId)
  before?: string;
}

/**
 * Reads the query of a list. Pairs of metadata have the form `metadata.<key>=<value>`.
 *
 * @param query the query, as received
 * @throws ApiError naming the first field that is not valid
 */
export function readRequestQuery(query: Readonly<Record<string, unknown>>): {
  filter: AdminFilter;
  page: AdminPage;
} {
  const entries = Object.entries(query);
  const pairs = entries
    .filter(([name]) => name.startsWith(METADATA))
    .map(([name, value]): [string, unknown] => [name.slice(METADATA.length), value]);
  const metadata = checkMetadata(pairs, 'metadata');
  const rest = Object.fromEntries(entries.filter(([name]) => !name.startsWith(METADATA)));
  const input = validateQuery(AdminRequestQuery, rest);
  if (input.after !== undefined && input.before !== undefined) {
    throw new ApiError('invalid_value', {
      param: 'before',
      message: 'A page has either after or before.',
    });
  }
  return {
    filter: present({
      statuses: input.status,
      mode: input.mode,
      endpoint: input.endpoint === undefined ? undefined : toStoredEndpoint(input.endpoint),
      model: input.model,
      errorCode: input.error_code,
      keyId: input.key_id,
      ids: input.id?.map(uuidOf),
      idempotencyKey: input.idempotency_key,
      metadata,
      createdAfter: input.created_after,
      createdBefore: input.created_before,
    }),
    page: {
      limit: input.limit,
      ...present({ after: uuidOf(input.after), before: uuidOf(input.before) }),
    },
  };
}

const uuidOf = (id: string | undefined): string | undefined =>
  id === undefined ? undefined : (uuidFromRequestId(id) ?? undefined);

const present = (members: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
