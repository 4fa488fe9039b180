import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type Role, ROLES } from '@reqrun/users';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

import { IsStorableText } from '../../http/storable-text.js';

import { IsLine } from '../input/fields.js';
import { UserDto } from '../session/session.dto.js';
import { nullableText, time } from '../../http/openapi-fields.js';

/** Changes of a user by an owner. */
@ApiSchema({ name: 'UserChange' })
export class UserChangeDto {
  @ApiProperty({ required: false, enum: ROLES, enumName: 'Role' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiProperty({
    required: false,
    description:
      'A disabled person cannot sign in. Their access tokens are revoked, and invitations that they made are taken back, for good.',
  })
  @IsOptional()
  @IsBoolean()
  disabled?: boolean;
}

/** All users. */
@ApiSchema({ name: 'UserList' })
export class UserListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [UserDto] }) data!: UserDto[];
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
  @ApiProperty() has_more!: boolean;
}

/** Input for a new invitation. */
@ApiSchema({ name: 'NewInvitation' })
export class NewInvitationDto {
  @ApiProperty({ maxLength: 254 })
  @MaxLength(254)
  @IsStorableText()
  @IsString()
  email!: string;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  @IsIn(ROLES)
  role!: Role;
}

/** An open invitation. */
@ApiSchema({ name: 'Invitation' })
export class InvitationDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() email!: string;
  @ApiProperty({ enum: ROLES, enumName: 'Role' }) role!: Role;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(time) expires_at!: string;
  @ApiProperty({ description: 'The e-mail address of who invited.' }) invited_by!: string;
}

/** An invitation that was just created, with its token. */
@ApiSchema({ name: 'CreatedInvitation' })
export class CreatedInvitationDto extends InvitationDto {
  @ApiProperty({ description: 'Shown this once: the link is `/invitation#<token>`.' })
  token!: string;
}

/** The open invitations. */
@ApiSchema({ name: 'InvitationList' })
export class InvitationListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [InvitationDto] }) data!: InvitationDto[];
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
  @ApiProperty() has_more!: boolean;
}

/** Input for the acceptance of an invitation. */
@ApiSchema({ name: 'InvitationAcceptance' })
export class InvitationAcceptanceDto {
  @ApiProperty()
  @MaxLength(256)
  @IsString()
  token!: string;

  @ApiProperty({ maxLength: 100 })
  @IsLine(100)
  name!: string;

  @ApiProperty({ format: 'password' })
  @IsString()
  password!: string;
}
