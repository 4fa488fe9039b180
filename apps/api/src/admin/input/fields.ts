import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsDate,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';

import { readIsoTime } from '../../http/times.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Text without control characters and without lone surrogates, which PostgreSQL refuses. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

/**
 * Validates a line of text for users, e.g. a name. White space around it is trimmed.
 *
 * @param maxLength longest text, in UTF-16 code units
 */
export function IsLine(maxLength: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.trim() : value,
    ),
    Matches(PRINTABLE, { message: '$property must be one line of text' }),
    Length(1, maxLength),
    IsString(),
  );
}

/** Size of a page, a part of every list's query. */
export class PageQuery {
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
  limit: number = DEFAULT_LIMIT;
}

/** Size and position of a page in a list with UUIDs as ids. */
export class UuidPageQuery extends PageQuery {
  @ApiProperty({ required: false, format: 'uuid', description: 'The id the page begins behind.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}

/** Validates a time in ISO 8601; UTC unless it has a zone. */
export function IsTime(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => readIsoTime(value)),
    IsDate({ message: '$property must be an ISO 8601 time' }),
  );
}

/** A page of a list. */
export interface Page<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

/**
 * Makes a page from rows.
 *
 * @param rows the rows found, one more than the limit when there are more
 * @param limit largest number of rows on the page; unlimited by default
 */
export function pageOf<T extends { id: string }>(rows: readonly T[], limit = Infinity): Page<T> {
  const data = rows.slice(0, limit);
  return {
    object: 'list',
    data,
    has_more: rows.length > data.length,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
