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

/** No control character, and no half of a surrogate pair, which no database takes. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}]*$/u;

/**
 * A line of text that users read, e.g. a name. White space around it is taken off.
 *
 * @param maxLength in UTF-16 code units
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

/** How many a page holds; part of every list's query. */
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

/** A page of a list whose ids are UUIDs. */
export class UuidPageQuery extends PageQuery {
  @ApiProperty({ required: false, format: 'uuid', description: 'The id the page begins behind.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}

/** A time in ISO 8601; UTC unless it names a zone. */
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
 * Makes a page of rows.
 *
 * @param rows what was found, one more than the page holds when there are more
 * @param limit how many the page holds; all of them when it is left out
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
