import { ApiProperty, ApiSchema, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';

import { IsStorableText } from '../../http/storable-text.js';
import { IsTime, PageQuery } from '../input/fields.js';
import { nullableText, time } from '../../http/openapi-fields.js';

const queryTime = { required: false, ...time } as const;

/** Filter of the audit log. */
export class AuditFilterQuery {
  @ApiProperty({ required: false, description: 'A person’s or token’s id, or an e-mail address.' })
  @IsOptional()
  @Matches(/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^\s@]{1,64}@[^\s@]{1,190})$/i, {
    message: '$property must be an id or an e-mail address',
  })
  @IsStorableText()
  actor?: string;

  @ApiProperty({ required: false, example: 'key.revoked' })
  @IsOptional()
  @Matches(/^[a-z_]{1,40}\.[a-z_]{1,40}$/, { message: '$property must be like key.revoked' })
  action?: string;

  @ApiProperty({ required: false, format: 'uuid' })
  @IsOptional()
  @IsUUID()
  project_id?: string;

  @ApiProperty(queryTime)
  @IsOptional()
  @IsTime()
  created_after?: Date;

  @ApiProperty(queryTime)
  @IsOptional()
  @IsTime()
  created_before?: Date;
}

/** Query of a page of the audit log. */
export class AuditListQuery extends IntersectionType(AuditFilterQuery, PageQuery) {
  @ApiProperty({
    required: false,
    type: 'string',
    description: 'The id that the page begins behind.',
  })
  @IsOptional()
  @Matches(/^\d{1,18}$/, { message: '$property must be the id of an entry' })
  after?: string;
}

/** Query of an export of the audit log. */
export class AuditExportQuery extends AuditFilterQuery {
  @ApiProperty({ required: false, enum: ['ndjson', 'csv'], default: 'ndjson' })
  @Transform(({ value }: { value: unknown }) => value ?? 'ndjson')
  @IsIn(['ndjson', 'csv'])
  format: 'ndjson' | 'csv' = 'ndjson';
}

/** Actor of a change. */
@ApiSchema({ name: 'AuditActor' })
class AuditActorDto {
  @ApiProperty({ enum: ['person', 'token', 'system'] }) kind!: 'person' | 'token' | 'system';
  @ApiProperty(nullableText) id!: string | null;
  @ApiProperty({ ...nullableText, description: 'Of the person, also where a token acted.' })
  email!: string | null;
  @ApiProperty(nullableText) name!: string | null;
}

/** Target of a change. */
@ApiSchema({ name: 'AuditTarget' })
class AuditTargetDto {
  @ApiProperty({ example: 'key' }) kind!: string;
  @ApiProperty() id!: string;
  @ApiProperty({ ...nullableText, description: 'As it was called then.' }) name!: string | null;
}

/** An entry of the audit log. */
@ApiSchema({ name: 'AuditEntry' })
export class AuditEntryDto {
  @ApiProperty({ example: '42' }) id!: string;
  @ApiProperty(time) at!: string;
  @ApiProperty({ type: AuditActorDto }) actor!: AuditActorDto;
  @ApiProperty({ example: 'key.revoked' }) action!: string;
  @ApiProperty({ type: AuditTargetDto }) target!: AuditTargetDto;
  @ApiProperty({ ...nullableText, format: 'uuid' }) project_id!: string | null;
  @ApiProperty(nullableText) address!: string | null;
  @ApiProperty(nullableText) user_agent!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true })
  details!: Record<string, unknown>;
  @ApiProperty({ description: 'Covers this entry and the hash before it; hexadecimal.' })
  hash!: string;
}

/** A page of the audit log, newest first. */
@ApiSchema({ name: 'AuditEntryList' })
export class AuditEntryListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [AuditEntryDto] }) data!: AuditEntryDto[];
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
  @ApiProperty() has_more!: boolean;
}

/** Result of a check of the hash chain. */
@ApiSchema({ name: 'AuditVerification' })
export class AuditVerificationDto {
  @ApiProperty() ok!: boolean;
  @ApiProperty({ type: 'integer', description: 'How many entries were looked at.' })
  checked!: number;
  @ApiProperty({ ...nullableText, description: 'The first entry that does not fit.' })
  broken_at!: string | null;
}
