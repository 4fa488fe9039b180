import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type Role, ROLES } from '@reqrun/users';
import { nullableTime, time } from '../../http/openapi-fields.js';

/** A user who may sign in. */
@ApiSchema({ name: 'User' })
export class UserDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() email!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: ROLES, enumName: 'Role' }) role!: Role;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(nullableTime) last_sign_in_at!: string | null;
  @ApiProperty({ description: 'Whether signing in takes a second factor.' }) totp_enabled!: boolean;
  @ApiProperty(nullableTime) disabled_at!: string | null;
}

/** Session of a browser with its user. */
@ApiSchema({ name: 'Session' })
export class SessionDto {
  @ApiProperty({ type: UserDto }) person!: UserDto;
  @ApiProperty({ format: 'uuid' }) session_id!: string;
  @ApiProperty(time) created_at!: string;
  @ApiProperty({
    ...time,
    description: 'When the person last gave the password or a code: by signing in, or since.',
  })
  authenticated_at!: string;
  @ApiProperty({ ...time, description: 'Its end, whatever happens.' }) expires_at!: string;
  @ApiProperty({ ...time, description: 'Its end if it is not used before.' })
  idle_expires_at!: string;
}
