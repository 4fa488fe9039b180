import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';

import { IsStorableText } from '../../http/storable-text.js';

import type { ProviderTest } from './provider-access.js';
import { nullableInteger } from '../../http/openapi-fields.js';

const MAX_URL = 2048;
const MAX_KEY = 1024;

/** Input for the provider of live requests. */
export class NewProvider {
  @ApiProperty({ maxLength: MAX_URL, description: 'With its /v1.' })
  @IsStorableText()
  @IsString()
  @Length(1, MAX_URL)
  base_url!: string;

  @ApiProperty({
    required: false,
    maxLength: MAX_KEY,
    description: 'Left out it stays, as long as the server is the same.',
  })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_KEY)
  api_key?: string;
}

/** Input for a test; absent fields are those of the stored credential. */
export class ProviderTestInput {
  @ApiProperty({ required: false, maxLength: MAX_URL })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_URL)
  base_url?: string;

  @ApiProperty({ required: false, maxLength: MAX_KEY })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_KEY)
  api_key?: string;
}

/** Result of the test call. */
@ApiSchema({ name: 'ProviderTest' })
export class ProviderTestDto implements ProviderTest {
  @ApiProperty() ok!: boolean;
  @ApiProperty(nullableInteger) http_status!: number | null;
  @ApiProperty({ type: 'string', nullable: true }) error_code!: string | null;
  @ApiProperty({ type: 'integer' }) duration_ms!: number;
  @ApiProperty({ ...nullableInteger, description: 'How many models the provider has.' })
  models!: number | null;
}
