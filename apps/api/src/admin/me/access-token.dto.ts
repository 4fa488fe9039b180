import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { TOKEN_SCOPES, type TokenScope } from '@reqrun/users';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsOptional } from 'class-validator';

import { IsLine, IsTime } from '../input/fields.js';
import { nullableText, nullableTime, time } from '../../http/openapi-fields.js';

/** Input for a new personal access token. */
@ApiSchema({ name: 'NewAccessToken' })
export class NewAccessTokenDto {
  @ApiProperty({ maxLength: 100 })
  @IsLine(100)
  name!: string;

  @ApiProperty({ enum: TOKEN_SCOPES, enumName: 'TokenScope', isArray: true })
  @IsIn(TOKEN_SCOPES, { each: true })
  @ArrayUnique()
  @ArrayNotEmpty()
  @IsArray()
  scopes!: TokenScope[];

  @ApiProperty({ ...nullableTime, required: false, description: 'Never, where it is left out.' })
  @IsOptional()
  @IsTime()
  expires_at?: Date | null;
}

/** A personal access token. */
@ApiSchema({ name: 'AccessToken' })
export class AccessTokenDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: TOKEN_SCOPES, enumName: 'TokenScope', isArray: true }) scopes!: TokenScope[];
  @ApiProperty() last_four!: string;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(nullableTime) expires_at!: string | null;
  @ApiProperty(nullableTime) last_used_at!: string | null;
  @ApiProperty(nullableTime) revoked_at!: string | null;
  @ApiProperty({ enum: ['active', 'expired', 'revoked'] }) state!: 'active' | 'expired' | 'revoked';
}

/** A token that was just created, with its secret. */
@ApiSchema({ name: 'CreatedAccessToken' })
export class CreatedAccessTokenDto extends AccessTokenDto {
  @ApiProperty({ description: 'Shown this once.' }) secret!: string;
}

/** A user's tokens. */
@ApiSchema({ name: 'AccessTokenList' })
export class AccessTokenListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [AccessTokenDto] }) data!: AccessTokenDto[];
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
  @ApiProperty() has_more!: boolean;
}
