import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_PASSWORD } from '@reqrun/users';
import { IsOptional, IsString, MaxLength } from 'class-validator';

import { IsStorableText } from '../../http/storable-text.js';

/** Credentials of a sign-in. */
@ApiSchema({ name: 'SignIn' })
export class SignInDto {
  @ApiProperty()
  @MaxLength(254)
  @IsStorableText()
  @IsString()
  email!: string;

  @ApiProperty({ format: 'password' })
  @MaxLength(MAX_PASSWORD)
  @IsString()
  password!: string;

  @ApiProperty({
    required: false,
    description: 'Of the second factor, once it was asked for (`totp_required`).',
  })
  @IsOptional()
  @MaxLength(16)
  @IsString()
  totp_code?: string;
}

/** Credentials of a reauthentication. */
@ApiSchema({ name: 'SessionConfirmation' })
export class SessionConfirmationDto {
  @ApiProperty({
    required: false,
    format: 'password',
    description: 'Of a person who has no second factor.',
  })
  @IsOptional()
  @MaxLength(MAX_PASSWORD)
  @IsString()
  password?: string;

  @ApiProperty({ required: false, description: 'Of the second factor, where it is on.' })
  @IsOptional()
  @MaxLength(16)
  @IsString()
  code?: string;
}
