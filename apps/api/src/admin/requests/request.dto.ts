import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  ATTEMPT_OUTCOMES,
  type AttemptDecision,
  DECISION_ACTIONS,
  REQUEST_MODES,
  REQUEST_STATUSES,
  type RequestMode,
  type LaneWait,
  type WaitingReason,
} from '@reqrun/contracts';
import type { AdminAttempt, AdminRecord } from '@reqrun/requests';
import { RequestCacheDto } from '../../http/openapi-schemas.js';
import {
  cachedFrom,
  decisionReason,
  errorBecause,
  delaySource,
  nextAttemptIsEstimate,
  nullableInteger,
  nullableNumber,
  nullableText,
  nullableTime,
  openObject,
  PROVIDER_RESPONSE_ID,
  time,
  waitingCode,
  waitingReason,
} from '../../http/openapi-fields.js';
import { attemptCause, RecordPolicyDto } from '../../http/openapi-schemas.js';

@ApiSchema({ name: 'AdminRequestError' })
class AdminRequestErrorDto {
  @ApiProperty() code!: string;
  @ApiProperty() type!: string;
  @ApiProperty({ description: 'Our words for the code, never the provider’s.' }) message!: string;
  @ApiProperty(nullableInteger) http_status!: number | null;
  @ApiProperty(errorBecause) because?: LaneWait;
}

@ApiSchema({ name: 'AdminRequestKey' })
class AdminRequestKeyDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty(nullableText) name!: string | null;
}

@ApiSchema({ name: 'AdminRequestRetry' })
class AdminRequestRetryDto {
  @ApiProperty({ type: 'integer' }) count!: number;
  @ApiProperty({ type: 'array', items: { type: 'integer' } }) on_codes!: number[];
  @ApiProperty({ enum: ['retry', 'fail'] }) on_lost!: 'retry' | 'fail';
  @ApiProperty({ type: 'integer' }) call_timeout_ms!: number;
  @ApiProperty({ type: 'integer' }) deadline_ms!: number;
  @ApiProperty({ type: 'integer' }) idle_timeout_ms!: number;
  @ApiProperty({ description: 'Outages and rate limits are tried again until the deadline.' })
  until_deadline!: boolean;
  @ApiProperty({ description: 'The response runs in the background at the provider.' })
  reattach!: boolean;
}

/** A request's record. It has no field for a prompt, an answer or a provider's message. */
@ApiSchema({ name: 'AdminRequest' })
export class AdminRequestDto implements AdminRecord {
  @ApiProperty() id!: string;
  @ApiProperty({ enum: ['request'] }) object!: 'request';
  @ApiProperty({ format: 'uuid' }) project_id!: string;
  @ApiProperty({ enum: REQUEST_MODES }) mode!: RequestMode;
  @ApiProperty({ type: AdminRequestKeyDto }) api_key!: AdminRequestKeyDto;
  @ApiProperty() endpoint!: string;
  @ApiProperty({ enum: REQUEST_STATUSES }) status!: AdminRecord['status'];
  @ApiProperty({ type: 'integer', description: 'The total over all rounds.' }) attempts!: number;
  @ApiProperty({ type: 'integer', description: 'Rises when it is run again.' }) round!: number;
  @ApiProperty() model!: string;
  @ApiProperty(nullableText) provider!: string | null;
  @ApiProperty() requested_model!: string;
  @ApiProperty(nullableText) idempotency_key!: string | null;
  @ApiProperty(time) created_at!: string;
  @ApiProperty(time) updated_at!: string;
  @ApiProperty(nullableTime) started_at!: string | null;
  @ApiProperty(nullableTime) completed_at!: string | null;
  @ApiProperty(nullableTime) next_attempt_at!: string | null;
  @ApiProperty(nextAttemptIsEstimate) next_attempt_is_estimate!: boolean;
  @ApiProperty(waitingReason) waiting_reason!: WaitingReason | null;
  @ApiProperty(waitingCode) waiting_code!: string | null;
  @ApiProperty(time) deadline_at!: string;
  @ApiProperty({ type: RecordPolicyDto }) policy!: RecordPolicyDto;
  @ApiProperty() retry_until_deadline!: boolean;
  @ApiProperty({
    ...nullableTime,
    description: 'When the first attempt of this round failed, while the request is tried again.',
  })
  failing_since!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    enum: ['live', 'buffered', null],
    description: 'How the frames of its stream are shown; null where it is no stream.',
  })
  stream!: 'live' | 'buffered' | null;
  @ApiProperty({ type: AdminRequestErrorDto, nullable: true }) error!: AdminRequestErrorDto | null;
  @ApiProperty(nullableText) last_error_code!: string | null;
  @ApiProperty({ type: RequestCacheDto, nullable: true }) cache!: RequestCacheDto | null;
  @ApiProperty(cachedFrom) cached_from!: string | null;
  @ApiProperty(openObject) usage!: Record<string, unknown> | null;
  @ApiProperty(openObject) metadata!: Record<string, string> | null;
  @ApiProperty({ type: 'integer', description: 'Bytes of the sealed body.' })
  payload_bytes!: number;
  @ApiProperty(nullableTime) content_deleted_at!: string | null;
  @ApiProperty({ type: AdminRequestRetryDto }) retry!: AdminRequestRetryDto;
  @ApiProperty({ ...nullableNumber, description: 'From acceptance to the end.' })
  duration_ms!: number | null;
  @ApiProperty({ ...nullableNumber, description: 'From acceptance to the first attempt.' })
  waiting_ms!: number | null;
}

/** A page of records, newest first. */
@ApiSchema({ name: 'AdminRequestList' })
export class AdminRequestListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [AdminRequestDto] }) data!: AdminRequestDto[];
  @ApiProperty({
    description:
      'A page that holds less than its limit may have more behind it: go on from `last_id` (with `before`: from `first_id`).',
  })
  has_more!: boolean;
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
}

@ApiSchema({ name: 'AdminAttemptDecision' })
class AdminAttemptDecisionDto implements AttemptDecision {
  @ApiProperty({ enum: DECISION_ACTIONS }) action!: AttemptDecision['action'];
  @ApiProperty(decisionReason) reason!: AttemptDecision['reason'];
  @ApiProperty(nullableInteger) delay_ms!: number | null;
  @ApiProperty(delaySource) delay_source!: AttemptDecision['delay_source'];
}

@ApiSchema({ name: 'AdminAttempt' })
class AdminAttemptDto implements AdminAttempt {
  @ApiProperty({ enum: ['request.attempt'] }) object!: 'request.attempt';
  @ApiProperty({ type: 'integer' }) number!: number;
  @ApiProperty({ type: 'integer' }) round!: number;
  @ApiProperty() model!: string;
  @ApiProperty(nullableText) provider!: string | null;
  @ApiProperty(attemptCause) because!: AdminAttempt['because'];
  @ApiProperty(time) started_at!: string;
  @ApiProperty(nullableTime) ended_at!: string | null;
  @ApiProperty(nullableNumber) duration_ms!: number | null;
  @ApiProperty({ enum: ATTEMPT_OUTCOMES }) outcome!: AdminAttempt['outcome'];
  @ApiProperty(nullableInteger) http_status!: number | null;
  @ApiProperty(nullableText) error_code!: string | null;
  @ApiProperty({ ...nullableText, description: 'Why it came to that code: see docs/errors.md.' })
  error_detail!: string | null;
  @ApiProperty(nullableText) provider_request_id!: string | null;
  @ApiProperty(PROVIDER_RESPONSE_ID) provider_response_id!: string | null;
  @ApiProperty({ ...nullableTime, description: 'When its stream first said something.' })
  first_frame_at!: string | null;
  @ApiProperty({
    ...nullableInteger,
    description: 'Number of frames of its stream, once that is over.',
  })
  frames!: number | null;
  @ApiProperty({ type: AdminAttemptDecisionDto, nullable: true })
  decision!: AdminAttemptDecisionDto | null;
}

/** The attempts of a request, oldest first. */
@ApiSchema({ name: 'AdminAttemptList' })
export class AdminAttemptListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [AdminAttemptDto] }) data!: AdminAttemptDto[];
}

/** Project of a request. */
@ApiSchema({ name: 'RequestPlace' })
export class RequestPlaceDto {
  @ApiProperty() id!: string;
  @ApiProperty({ format: 'uuid' }) project_id!: string;
}
