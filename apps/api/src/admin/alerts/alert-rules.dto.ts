import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { AlertRule, AlertSubject } from '@reqrun/alerts';
import {
  ALERT_KINDS,
  ALERT_REMINDER_MINUTES,
  type AlertKind,
  MAX_ALERT_RECIPIENTS,
  REQUEST_MODES,
  type RequestMode,
} from '@reqrun/contracts';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';

import {
  nullableInteger,
  nullableNumber,
  nullableText,
  nullableTime,
  time,
} from '../../http/openapi-fields.js';
import { IsStorableText } from '../../http/storable-text.js';
import { IsLine } from '../input/fields.js';

const MAX_NAME = 100;
const MAX_URL = 2048;
const MAX_EMAIL = 254;

const THRESHOLD =
  'From which value on the rule fires: a share from 0 to 1 for `failure_rate` and `retry_rate`, seconds for `oldest_due` and `provider_breaker`, days for `key_unused`. `key_misused` has none.';
const WINDOW =
  'Minutes that are looked back on, 5 to 1,440. Of `failure_rate`, `retry_rate` and `key_misused`.';
const MIN_REQUESTS =
  'Requests in the window below which the rule does not fire. Of `failure_rate` and `retry_rate`.';
const REMIND = 'Minutes between two reminders of an alert that goes on. Null: none.';
const recipients = {
  type: 'array' as const,
  items: { type: 'string' as const, format: 'email', maxLength: MAX_EMAIL },
  maxItems: MAX_ALERT_RECIPIENTS,
};

/** Changes of an alert rule; left-out fields stay. */
@ApiSchema({ name: 'AlertRuleChanges' })
export class AlertRuleChanges {
  @ApiProperty({ required: false, minLength: 1, maxLength: MAX_NAME })
  @IsOptional()
  @IsLine(MAX_NAME)
  name?: string;

  @ApiProperty({ required: false, enum: REQUEST_MODES, description: 'By default `live`.' })
  @IsOptional()
  @IsIn(REQUEST_MODES)
  mode?: RequestMode;

  @ApiProperty({ ...nullableNumber, required: false, description: THRESHOLD })
  @IsOptional()
  @IsNumber({ allowNaN: false, allowInfinity: false })
  threshold?: number | null;

  @ApiProperty({ ...nullableInteger, required: false, description: WINDOW })
  @IsOptional()
  @IsInt()
  window_minutes?: number | null;

  @ApiProperty({ ...nullableInteger, required: false, description: MIN_REQUESTS })
  @IsOptional()
  @IsInt()
  min_requests?: number | null;

  @ApiProperty({
    ...nullableInteger,
    required: false,
    minimum: ALERT_REMINDER_MINUTES.min,
    maximum: ALERT_REMINDER_MINUTES.max,
    description: REMIND,
  })
  @IsOptional()
  @IsInt()
  @Min(ALERT_REMINDER_MINUTES.min)
  @Max(ALERT_REMINDER_MINUTES.max)
  remind_minutes?: number | null;

  @ApiProperty({ required: false, description: 'By default true.' })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  @ApiProperty({ ...recipients, required: false, description: 'E-mail addresses.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_ALERT_RECIPIENTS)
  @IsString({ each: true })
  @Length(3, MAX_EMAIL, { each: true })
  recipients?: string[];

  @ApiProperty({
    ...nullableText,
    required: false,
    maxLength: MAX_URL,
    description:
      'Where signed notifications are posted. With a first address, a signing secret is made. Null: none.',
  })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, MAX_URL)
  webhook_url?: string | null;
}

/** Input for a new alert rule. */
@ApiSchema({ name: 'NewAlertRule' })
export class NewAlertRuleInput extends AlertRuleChanges {
  @ApiProperty({ enum: ALERT_KINDS, description: 'It cannot be changed.' })
  @IsIn(ALERT_KINDS)
  kind!: AlertKind;

  @ApiProperty({ minLength: 1, maxLength: MAX_NAME })
  @IsLine(MAX_NAME)
  declare name: string;
}

/** A model, provider or key that an alert is about. */
@ApiSchema({ name: 'AlertSubject' })
export class AlertSubjectDto {
  @ApiProperty({ enum: ['model', 'key'] }) type!: 'model' | 'key';
  @ApiProperty({ required: false, description: 'Of a model: its provider.' }) provider?: string;
  @ApiProperty({
    ...nullableText,
    required: false,
    description: 'Name of the model. Null: the provider as a whole.',
  })
  model?: string | null;
  @ApiProperty({ required: false, format: 'uuid', description: 'Of a key.' }) id?: string;
  @ApiProperty({ required: false, description: 'Of a key.' }) name?: string;
}

@ApiSchema({ name: 'FiringAlert' })
class FiringAlertDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty(time) since!: string;
  @ApiProperty({ type: [AlertSubjectDto] }) subjects!: AlertSubjectDto[];
}

/** An alert rule of a project, with its present state. */
@ApiSchema({ name: 'AlertRule' })
export class AlertRuleDto {
  @ApiProperty({ enum: ['alert_rule'] }) object!: 'alert_rule';
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: ALERT_KINDS }) kind!: AlertKind;
  @ApiProperty({ enum: REQUEST_MODES }) mode!: RequestMode;
  @ApiProperty({ ...nullableNumber, description: THRESHOLD }) threshold!: number | null;
  @ApiProperty({ ...nullableInteger, description: WINDOW }) window_minutes!: number | null;
  @ApiProperty({ ...nullableInteger, description: MIN_REQUESTS }) min_requests!: number | null;
  @ApiProperty({ ...nullableInteger, description: REMIND }) remind_minutes!: number | null;
  @ApiProperty() enabled!: boolean;
  @ApiProperty(recipients) recipients!: string[];
  @ApiProperty({
    ...nullableText,
    description: 'In whole for owners alone, because it can hold a secret; others see its origin.',
  })
  webhook_url!: string | null;
  @ApiProperty({
    ...nullableTime,
    description: 'Until when the signing secret before the present one signs as well.',
  })
  previous_secret_until!: string | null;
  @ApiProperty({
    ...nullableNumber,
    description: 'Latest value, in the unit of the threshold. Null: there was nothing to judge.',
  })
  value!: number | null;
  @ApiProperty(nullableTime) evaluated_at!: string | null;
  @ApiProperty({
    type: FiringAlertDto,
    nullable: true,
    description: 'The alert that goes on. Null while the rule does not fire.',
  })
  firing!: FiringAlertDto | null;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(time) updated_at!: string;
}

/** A rule with the signing secret of its webhook, which is shown once. */
@ApiSchema({ name: 'AlertRuleWithSecret' })
export class AlertRuleWithSecretDto extends AlertRuleDto {
  @ApiProperty({
    ...nullableText,
    description:
      'Signing secret of the webhook, shown now and never again. Null where none was made.',
  })
  signing_secret!: string | null;
}

/** The alert rules of a project, oldest first. */
@ApiSchema({ name: 'AlertRuleList' })
export class AlertRuleListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [AlertRuleDto] }) data!: AlertRuleDto[];
  @ApiProperty({ description: 'Whether the server can send e-mails.' }) email_available!: boolean;
}

/** Outcome of a test. */
@ApiSchema({ name: 'AlertTest' })
export class AlertTestDto {
  @ApiProperty({ type: 'integer', description: 'Notifications that a worker sends now.' })
  deliveries!: number;
}

/**
 * Converts a rule to its form in the admin API.
 *
 * @param rule the rule
 * @param showsUrl whether the caller may see the address of the webhook in whole
 */
export function toAlertRuleDto(rule: AlertRule, showsUrl: boolean): AlertRuleDto {
  const { firing, webhookUrl } = rule;
  return {
    object: 'alert_rule',
    ...{ id: rule.id, name: rule.name, kind: rule.kind, mode: rule.mode },
    threshold: rule.threshold,
    window_minutes: rule.windowMinutes,
    min_requests: rule.minRequests,
    remind_minutes: rule.remindMinutes,
    enabled: rule.enabled,
    recipients: [...rule.recipients],
    webhook_url: webhookUrl === null || showsUrl ? webhookUrl : `${new URL(webhookUrl).origin}/…`,
    previous_secret_until: rule.secretBeforeUntil?.toISOString() ?? null,
    value: rule.value,
    evaluated_at: rule.evaluatedAt?.toISOString() ?? null,
    firing:
      firing === null
        ? null
        : {
            id: firing.id,
            since: firing.since.toISOString(),
            subjects: firing.subjects.map((subject: AlertSubject) => ({ ...subject })),
          },
    created_at: rule.createdAt.toISOString(),
    updated_at: rule.updatedAt.toISOString(),
  };
}
