import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_PASSWORD, MIN_PASSWORD, MIN_PASSWORD_WITH_TOTP } from '@reqrun/users';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';

import { IsLine } from '../input/fields.js';
import { nullableText, time } from '../../http/openapi-fields.js';

/** Changes of the user's own account. */
@ApiSchema({ name: 'MeChange' })
export class MeChangeDto {
  @ApiProperty({ maxLength: 100 })
  @IsLine(100)
  name!: string;
}

/** A change of password. */
@ApiSchema({ name: 'PasswordChange' })
export class PasswordChangeDto {
  @ApiProperty({ format: 'password' })
  @MaxLength(MAX_PASSWORD)
  @IsString()
  current_password!: string;

  @ApiProperty({
    format: 'password',
    description: `At least ${MIN_PASSWORD} characters, or ${MIN_PASSWORD_WITH_TOTP} beside a second factor.`,
  })
  @IsString()
  new_password!: string;

  @ApiProperty({
    required: false,
    default: true,
    description:
      'Whether one’s access tokens are revoked too. Whoever knew the old password may have made some.',
  })
  @IsOptional()
  @IsBoolean()
  revoke_tokens?: boolean;
}

/** A code of the second factor. */
@ApiSchema({ name: 'TotpCode' })
export class TotpCodeDto {
  @ApiProperty()
  @MaxLength(16)
  @IsString()
  code!: string;
}

/** A password that confirms a change. */
@ApiSchema({ name: 'PasswordConfirmation' })
export class PasswordConfirmationDto {
  @ApiProperty({ format: 'password' })
  @MaxLength(MAX_PASSWORD)
  @IsString()
  password!: string;
}

/** A second factor that waits to be confirmed. */
@ApiSchema({ name: 'NewTotp' })
export class NewTotpDto {
  @ApiProperty({ description: 'In base32, to be typed.' }) secret!: string;
  @ApiProperty({ description: 'To be scanned.' }) otpauth_url!: string;
}

/** A browser that is signed in. */
@ApiSchema({ name: 'OwnSession' })
export class OwnSessionDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(time) last_used_at!: string;
  @ApiProperty(time) expires_at!: string;
  @ApiProperty(nullableText) address!: string | null;
  @ApiProperty(nullableText) user_agent!: string | null;
  @ApiProperty({ description: 'Whether it is the one that asks.' }) current!: boolean;
}

/** A user's sessions. */
@ApiSchema({ name: 'OwnSessionList' })
export class OwnSessionListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [OwnSessionDto] }) data!: OwnSessionDto[];
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
  @ApiProperty() has_more!: boolean;
}
