import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';

import { PageQuery } from './fields.js';

/** A page of a list whose ids are UUIDs. */
export class UuidPageQuery extends PageQuery {
  @ApiProperty({ required: false, format: 'uuid', description: 'The id the page begins behind.' })
  @IsOptional()
  @IsUUID()
  after?: string;
}
