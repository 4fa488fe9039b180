import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { AlertDelivery, AlertRecord } from '@reqrun/alerts';
import {
  ALERT_CHANNELS,
  ALERT_DELIVERY_STATES,
  ALERT_EVENTS,
  ALERT_KINDS,
  type AlertChannel,
  type AlertDeliveryState,
  type AlertEvent,
  type AlertKind,
} from '@reqrun/contracts';
import { NOTIFICATION_FAILURES, type NotificationFailure } from '@reqrun/providers';

import {
  nullableInteger,
  nullableNumber,
  nullableText,
  nullableTime,
  time,
} from '../../http/openapi-fields.js';
import { AlertSubjectDto } from './alert-rules.dto.js';

@ApiSchema({ name: 'AlertDeliveryTry' })
class DeliveryTryDto {
  @ApiProperty(time) at!: string;
  @ApiProperty({
    type: 'string',
    enum: NOTIFICATION_FAILURES,
    nullable: true,
    description: 'Null: it was taken.',
  })
  failure!: NotificationFailure | null;
  @ApiProperty({ ...nullableInteger, description: 'Of the answer, by HTTP or SMTP.' })
  status!: number | null;
}

/** A notification to one receiver. */
@ApiSchema({ name: 'AlertDelivery' })
export class AlertDeliveryDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ enum: ALERT_EVENTS }) event!: AlertEvent;
  @ApiProperty({ enum: ALERT_CHANNELS }) channel!: AlertChannel;
  @ApiProperty({ ...nullableText, description: 'E-mail address; null for a webhook.' })
  recipient!: string | null;
  @ApiProperty({ enum: ALERT_DELIVERY_STATES }) state!: AlertDeliveryState;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(nullableTime) ended_at!: string | null;
  @ApiProperty(nullableTime) next_attempt_at!: string | null;
  @ApiProperty({ type: [DeliveryTryDto] }) tries!: DeliveryTryDto[];
}

/** Deliveries of a rule, newest first. */
@ApiSchema({ name: 'AlertDeliveryList' })
export class AlertDeliveryListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [AlertDeliveryDto] }) data!: AlertDeliveryDto[];
}

/** A time for which the condition of a rule held. */
@ApiSchema({ name: 'Alert' })
export class AlertDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ format: 'uuid' }) rule_id!: string;
  @ApiProperty() rule_name!: string;
  @ApiProperty({ enum: ALERT_KINDS }) kind!: AlertKind;
  @ApiProperty(nullableNumber) threshold!: number | null;
  @ApiProperty(time) started_at!: string;
  @ApiProperty({ ...nullableTime, description: 'Null while it goes on.' })
  resolved_at!: string | null;
  @ApiProperty({ ...nullableNumber, description: 'The highest value of its time.' })
  peak_value!: number | null;
  @ApiProperty(nullableNumber) last_value!: number | null;
  @ApiProperty({ type: [AlertSubjectDto] }) subjects!: AlertSubjectDto[];
  @ApiProperty({ type: [AlertDeliveryDto] }) deliveries!: AlertDeliveryDto[];
}

/** A page of alerts, newest first. */
@ApiSchema({ name: 'AlertList' })
export class AlertListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [AlertDto] }) data!: AlertDto[];
  @ApiProperty() has_more!: boolean;
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
}

/**
 * Converts a delivery to its form in the admin API.
 *
 * @param delivery the delivery
 */
export const toAlertDeliveryDto = (delivery: AlertDelivery): AlertDeliveryDto => ({
  ...{ id: delivery.id, event: delivery.event, channel: delivery.channel },
  recipient: delivery.recipient,
  state: delivery.state,
  created_at: delivery.createdAt.toISOString(),
  ended_at: delivery.endedAt?.toISOString() ?? null,
  next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
  tries: delivery.tries.map(({ at, failure, status }) => ({
    ...{ at: new Date(at).toISOString(), failure, status },
  })),
});

/**
 * Converts an alert to its form in the admin API.
 *
 * @param alert the alert
 */
export const toAlertDto = (alert: AlertRecord): AlertDto => ({
  id: alert.id,
  rule_id: alert.ruleId,
  rule_name: alert.ruleName,
  kind: alert.kind as AlertKind,
  threshold: alert.threshold,
  started_at: alert.startedAt.toISOString(),
  resolved_at: alert.resolvedAt?.toISOString() ?? null,
  peak_value: alert.peakValue,
  last_value: alert.lastValue,
  subjects: alert.subjects as AlertSubjectDto[],
  deliveries: alert.deliveries.map(toAlertDeliveryDto),
});
