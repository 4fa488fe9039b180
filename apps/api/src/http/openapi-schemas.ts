import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  ATTEMPT_OUTCOMES,
  type AsyncHandle,
  ATTEMPT_CAUSES,
  type AttemptDecision,
  type AttemptRecord,
  DECISION_ACTIONS,
  ENDPOINTS,
  type ErrorBody,
  type RecordPolicy,
  REQUEST_STATUSES,
  type RequestError,
  type RequestRecord,
  type LaneWait,
  type WaitingReason,
} from '@reqrun/contracts';

import type { ApiHealthReport } from '../health/api-health.js';
import {
  decisionReason,
  errorBecause,
  delaySource,
  nextAttemptIsEstimate,
  nullableInteger,
  nullableText,
  nullableTime,
  openObject,
  PROVIDER_RESPONSE_ID,
  time,
  cachedFrom,
  waitingCode,
  waitingReason,
} from './openapi-fields.js';

/** Content of an error, always with all four keys. */
@ApiSchema({ name: 'Error' })
class ErrorDto {
  @ApiProperty() message!: string;
  @ApiProperty() type!: string;
  @ApiProperty(nullableText) param!: string | null;
  @ApiProperty(nullableText) code!: string | null;
}

/** OpenAI's error body. */
@ApiSchema({ name: 'ErrorBody' })
export class ErrorBodyDto implements ErrorBody {
  @ApiProperty({ type: ErrorDto }) error!: ErrorDto;
}

/** Handle of a request, answered with 202. */
@ApiSchema({ name: 'AsyncHandle' })
export class AsyncHandleDto implements AsyncHandle {
  @ApiProperty({ example: 'rr_019aa4b2c6f07d1c9f0e2a4b6c8d0e1f' }) id!: string;
  @ApiProperty({ enum: ENDPOINTS.map(({ pendingObject }) => pendingObject) }) object!: string;
  @ApiProperty({ enum: REQUEST_STATUSES }) status!: AsyncHandle['status'];
  @ApiProperty({ type: 'integer', description: 'Unix seconds.' }) created!: number;
  @ApiProperty() model!: string;
  @ApiProperty({ type: 'integer' }) attempts!: number;
}

/** Error of a failed request. */
@ApiSchema({ name: 'RequestError' })
class RequestErrorDto implements RequestError {
  @ApiProperty() code!: string;
  @ApiProperty() type!: string;
  @ApiProperty() message!: string;
  @ApiProperty(nullableInteger) http_status!: number | null;
  @ApiProperty(errorBecause) because?: LaneWait;
}

/** Retry rules of a request. */
@ApiSchema({ name: 'RecordRetry' })
class RecordRetryDto {
  @ApiProperty({ type: 'integer' }) count!: number;
  @ApiProperty({ type: 'array', items: { type: 'integer' } }) on_codes!: number[];
  @ApiProperty() until_deadline!: boolean;
}

/** Time limits of a request, in ms. */
@ApiSchema({ name: 'RecordTimeout' })
class RecordTimeoutDto {
  @ApiProperty({ type: 'integer' }) call_timeout!: number;
  @ApiProperty({ type: 'integer' }) deadline!: number;
  @ApiProperty({ type: 'integer' }) idle!: number;
  @ApiProperty({ type: 'integer' }) ttft!: number;
}

/** A fallback of a request. Its `params` are not shown. */
@ApiSchema({ name: 'RecordFallback' })
class RecordFallbackDto {
  @ApiProperty() model!: string;
  @ApiProperty({ ...nullableText, description: 'The provider that it was resolved to.' })
  provider!: string | null;
}

/** How a request is run. */
@ApiSchema({ name: 'RecordPolicy' })
export class RecordPolicyDto implements RecordPolicy {
  @ApiProperty({ type: RecordRetryDto }) retry!: RecordRetryDto;
  @ApiProperty({ type: RecordTimeoutDto }) timeout!: RecordTimeoutDto;
  @ApiProperty({ enum: ['retry', 'fail'] }) on_lost!: 'retry' | 'fail';
  @ApiProperty({ type: [RecordFallbackDto] }) fallbacks!: RecordFallbackDto[];
}

/** Why an attempt was made. */
export const attemptCause = { enum: [...ATTEMPT_CAUSES] };

/** How a request uses the cache. */
@ApiSchema({ name: 'RequestCache' })
export class RequestCacheDto {
  @ApiProperty({ enum: ['exact_match'] }) type!: 'exact_match';
  @ApiProperty({ type: 'integer', description: 'In seconds.' }) ttl!: number;
}

/** A request's record, with its result. */
@ApiSchema({ name: 'RequestRecord' })
export class RequestRecordDto implements RequestRecord {
  @ApiProperty() id!: string;
  @ApiProperty({ enum: ['request'] }) object!: 'request';
  @ApiProperty() endpoint!: string;
  @ApiProperty({ enum: REQUEST_STATUSES }) status!: RequestRecord['status'];
  @ApiProperty({ type: 'integer', description: 'The total over all rounds.' }) attempts!: number;
  @ApiProperty({ description: 'The model of the latest attempt, as its provider is asked for it.' })
  model!: string;
  @ApiProperty({ ...nullableText, description: 'The provider of the latest attempt that ended.' })
  provider!: string | null;
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
  @ApiProperty({
    description: 'Whether outages and rate limits are tried again until the deadline.',
  })
  retry_until_deadline!: boolean;
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
  @ApiProperty({ type: RequestErrorDto, nullable: true }) error!: RequestErrorDto | null;
  @ApiProperty(nullableText) last_error_code!: string | null;
  @ApiProperty({
    type: RequestCacheDto,
    nullable: true,
    description: 'How the request uses the cache; null for one that does not.',
  })
  cache!: RequestCacheDto | null;
  @ApiProperty(cachedFrom) cached_from!: string | null;
  @ApiProperty(openObject) usage!: Record<string, unknown> | null;
  @ApiProperty(openObject) metadata!: Record<string, string> | null;
  @ApiProperty({ ...openObject, description: 'The provider’s body; null in lists.' })
  result!: object | null;
}

/** A page of records. */
@ApiSchema({ name: 'RequestList' })
export class RequestListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [RequestRecordDto] }) data!: RequestRecordDto[];
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
  @ApiProperty() has_more!: boolean;
}

/** Decision after an attempt, with its reason. */
@ApiSchema({ name: 'AttemptDecision' })
class AttemptDecisionDto implements AttemptDecision {
  @ApiProperty({ enum: DECISION_ACTIONS }) action!: AttemptDecision['action'];
  @ApiProperty(decisionReason) reason!: AttemptDecision['reason'];
  @ApiProperty(nullableInteger) delay_ms!: number | null;
  @ApiProperty(delaySource) delay_source!: AttemptDecision['delay_source'];
}

/** One try at the provider. */
@ApiSchema({ name: 'Attempt' })
class AttemptDto implements AttemptRecord {
  @ApiProperty({ enum: ['request.attempt'] }) object!: 'request.attempt';
  @ApiProperty({ type: 'integer' }) number!: number;
  @ApiProperty() model!: string;
  @ApiProperty(nullableText) provider!: string | null;
  @ApiProperty(attemptCause) because!: AttemptRecord['because'];
  @ApiProperty(time) started_at!: string;
  @ApiProperty(nullableTime) ended_at!: string | null;
  @ApiProperty({ enum: ATTEMPT_OUTCOMES }) outcome!: AttemptRecord['outcome'];
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
  @ApiProperty({ type: AttemptDecisionDto, nullable: true }) decision!: AttemptDecisionDto | null;
}

/** The attempts of a request, oldest first. */
@ApiSchema({ name: 'AttemptList' })
export class AttemptListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [AttemptDto] }) data!: AttemptDto[];
}

/** Liveness of the process. */
@ApiSchema({ name: 'Liveness' })
export class LivenessDto {
  @ApiProperty({ enum: ['ok'] }) status!: string;
}

const condition = { enum: ['ok', 'unavailable'] };

/** Readiness of the process to accept requests, by part. */
@ApiSchema({ name: 'Readiness' })
export class ReadinessDto implements ApiHealthReport {
  @ApiProperty(condition) status!: ApiHealthReport['status'];
  @ApiProperty({ enum: ['ok', 'unavailable', 'storage_full'] })
  database!: ApiHealthReport['database'];
  @ApiProperty({
    ...condition,
    description: 'Notifications between processes; not needed to be ready.',
  })
  signals!: ApiHealthReport['signals'];
}
