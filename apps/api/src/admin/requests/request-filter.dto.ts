import { ApiProperty } from '@nestjs/swagger';
import { REQUEST_MODES, type RequestMode } from '@reqrun/contracts';
import { IsDate, IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';

import { EndpointFilter } from '../../http/endpoint-filter.js';
import { IsStorableText } from '../../http/storable-text.js';
import { isTime, ToDate } from '../../http/times.js';

const text = { required: false } as const;
const timeText = {
  required: false,
  type: 'string',
  description: 'ISO 8601 or Unix seconds.',
} as const;

/** Filter fields of both a list and a bulk retry. */
export class RequestFilterFields {
  @ApiProperty({ required: false, enum: REQUEST_MODES })
  @IsOptional()
  @IsIn(REQUEST_MODES)
  mode?: RequestMode;

  @EndpointFilter()
  endpoint?: string;

  @ApiProperty({ ...text, description: 'The model that the caller asked for.' })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, 256)
  model?: string;

  @ApiProperty(text)
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, 100)
  error_code?: string;

  @ApiProperty({ ...text, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  key_id?: string;

  @ApiProperty(timeText)
  @IsOptional()
  @ToDate()
  @IsDate(isTime)
  created_after?: Date;

  @ApiProperty(timeText)
  @IsOptional()
  @ToDate()
  @IsDate(isTime)
  created_before?: Date;
}
