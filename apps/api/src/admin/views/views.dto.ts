import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { SavedView } from '@reqrun/users';
import { IsOptional, IsString, Length, Matches } from 'class-validator';

import { nullableText, time } from '../../http/openapi-fields.js';
import { IsLine } from '../input/fields.js';

/** Longest query of a view, in characters. Browsers and proxies take addresses of several times that length. */
const MOST_QUERY = 2_000;

/** Query of an address without `?` (RFC 3986, section 3.4). */
const QUERY = /^[\w.~!$&'()*+,;=:@/?%-]*$/;

const query = {
  maxLength: MOST_QUERY,
  description: 'Filters, columns and density, as the query of the page’s address, without `?`.',
  example: 'status=failed&range=24h&columns=status%2Cid%2Cmodel',
} as const;

const MESSAGE = { message: '$property must be the query of an address' };

/** Input for a new view. */
@ApiSchema({ name: 'NewView' })
export class NewViewDto {
  @ApiProperty({ maxLength: 100 })
  @IsLine(100)
  name!: string;

  @ApiProperty(query)
  @Matches(QUERY, MESSAGE)
  @Length(0, MOST_QUERY)
  @IsString()
  query!: string;
}

/** Changes of a view. Absent fields stay as they are. */
@ApiSchema({ name: 'ViewChanges' })
export class ViewChangesDto {
  @ApiProperty({ maxLength: 100, required: false })
  @IsOptional()
  @IsLine(100)
  name?: string;

  @ApiProperty({ ...query, required: false })
  @IsOptional()
  @Matches(QUERY, MESSAGE)
  @Length(0, MOST_QUERY)
  @IsString()
  query?: string;
}

/** A saved view of a project's requests. */
@ApiSchema({ name: 'View' })
export class ViewDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty(query) query!: string;
  @ApiProperty({ description: 'Whether the caller has saved it, and may change it.' })
  own!: boolean;
  @ApiProperty({ description: 'The name of the person who has saved it.' }) saved_by!: string;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(time) updated_at!: string;
}

/** A user's views of a project. */
@ApiSchema({ name: 'ViewList' })
export class ViewListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [ViewDto] }) data!: ViewDto[];
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
  @ApiProperty() has_more!: boolean;
}

/**
 * Converts a view to its form in the admin API.
 *
 * @param view the view
 * @param userId UUID of the caller
 */
export function toViewDto(view: SavedView, userId: string): ViewDto {
  return {
    id: view.id,
    name: view.name,
    query: view.query,
    own: view.user.id === userId,
    saved_by: view.user.name,
    created_at: view.createdAt.toISOString(),
    updated_at: view.updatedAt.toISOString(),
  };
}
