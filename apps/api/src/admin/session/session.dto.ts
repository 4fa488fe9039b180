import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { type Role, ROLES } from '@reqrun/people';

const time = { type: 'string', format: 'date-time' } as const;
const nullableTime = { ...time, nullable: true } as const;

/** Somebody who may sign in. */
@ApiSchema({ name: 'Person' })
export class PersonDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() email!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: ROLES, enumName: 'Role' }) role!: Role;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(nullableTime) last_sign_in_at!: string | null;
  @ApiProperty({ description: 'Whether signing in takes a second factor.' }) totp_enabled!: boolean;
  @ApiProperty(nullableTime) disabled_at!: string | null;
}

/** Whom this browser is signed in as. */
@ApiSchema({ name: 'Session' })
export class SessionDto {
  @ApiProperty({ type: PersonDto }) person!: PersonDto;
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
