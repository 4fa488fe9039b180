import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';

/** Query of the stream of a request. */
export class StreamQuery {
  @ApiProperty({
    required: false,
    description: 'The id of the last frame that was read, such as `1-57`. `-1` is the beginning.',
  })
  @IsOptional()
  @IsString()
  starting_after?: string;

  @ApiProperty({
    required: false,
    enum: ['true', 'false'],
    description: 'Whether the frame that has the usage alone is shown.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  include_usage?: 'true' | 'false';
}
