import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  API_KEY_SCOPES,
  type ApiKeyScope,
  REQUEST_MODES,
  type RequestMode,
} from '@reqrun/contracts';
import type { ApiKey, ApiKeyState } from '@reqrun/keys';
import { Transform } from 'class-transformer';
import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsDate,
  IsIn,
  IsInt,
  IsOptional,
  Max,
  Min,
  MinDate,
} from 'class-validator';

import { readIsoTime } from '../../http/times.js';
import { IsLine } from '../input/fields.js';
import { nullableText, nullableTime, time } from '../../http/openapi-fields.js';

const scopes = { enum: API_KEY_SCOPES, isArray: true };
const MAX_NAME = 100;
const DAY_S = 86_400;
const MAX_OVERLAP_S = 30 * DAY_S;

/** An API key without its secret. */
@ApiSchema({ name: 'Key' })
export class KeyDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: REQUEST_MODES }) mode!: RequestMode;
  @ApiProperty(scopes) scopes!: ApiKeyScope[];
  @ApiProperty({ description: 'How the key begins.' }) prefix!: string;
  @ApiProperty() last_four!: string;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(nullableTime) expires_at!: string | null;
  @ApiProperty({ ...nullableTime, description: 'To the minute.' }) last_used_at!: string | null;
  @ApiProperty(nullableTime) revoked_at!: string | null;
  @ApiProperty(nullableText) rotated_from_id!: string | null;
  @ApiProperty(nullableText) replaced_by_id!: string | null;
  @ApiProperty({
    enum: ['active', 'expiring', 'expired', 'revoked'],
    description: '`expiring` works: it was replaced, or ends within a week.',
  })
  state!: ApiKeyState;
}

/** A key that was just created, with its secret, which is shown once. */
@ApiSchema({ name: 'KeyWithSecret' })
export class KeyWithSecretDto extends KeyDto {
  @ApiProperty({ description: 'The key itself, shown now and never again.' }) secret!: string;
}

/**
 * Converts a key to its form in the admin API, with its secret.
 *
 * @param key the key
 * @param secret secret of the key
 */
export function toKeyWithSecretDto(key: ApiKey, secret: string): KeyWithSecretDto {
  return Object.assign(toKeyDto(key), { secret });
}

/** A page of keys, newest first. */
@ApiSchema({ name: 'KeyList' })
export class KeyListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [KeyDto] }) data!: KeyDto[];
  @ApiProperty() has_more!: boolean;
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
}

/** Input for a new key. */
export class NewKey {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME })
  @IsLine(MAX_NAME)
  name!: string;

  @ApiProperty({ enum: REQUEST_MODES })
  @IsIn(REQUEST_MODES)
  mode!: RequestMode;

  @ApiProperty({ ...scopes, required: false, description: 'Both unless told otherwise.' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(API_KEY_SCOPES, { each: true })
  scopes?: ApiKeyScope[];

  @ApiProperty({ ...nullableTime, required: false, description: 'In the future; none by default.' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === null ? null : readIsoTime(value)))
  @MinDate(() => new Date(), { message: 'expires_at must be in the future' })
  @IsDate({ message: 'expires_at must be an ISO 8601 time' })
  expires_at?: Date | null;
}

/** Changes of a key. */
export class KeyChanges {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME })
  @IsLine(MAX_NAME)
  name!: string;
}

/** Options of a key's rotation. */
export class KeyRotation {
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    maximum: MAX_OVERLAP_S,
    default: DAY_S,
    description: 'How long both keys work.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_OVERLAP_S)
  overlap_seconds: number = DAY_S;
}

/**
 * Converts a key to its form in the admin API.
 *
 * @param key the key
 */
export function toKeyDto(key: ApiKey): KeyDto {
  return {
    id: key.id,
    name: key.name,
    mode: key.mode,
    scopes: [...key.scopes],
    prefix: key.prefix,
    last_four: key.lastFour,
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    rotated_from_id: key.rotatedFromId,
    replaced_by_id: key.replacedById,
    state: key.state,
  };
}
