import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { RetryFields, TimeoutFields } from '../../policy/policy-fields.dto.js';
import { RequestCacheDto } from '../../http/openapi-schemas.js';
import { nullableText, nullableTime, time } from '../../http/openapi-fields.js';

/** Retry rules of requests that have none. */
@ApiSchema({ name: 'ProjectRetry' })
class ProjectRetryDto implements Required<RetryFields> {
  @ApiProperty({ type: 'integer' }) count!: number;
  @ApiProperty({ type: 'array', items: { type: 'integer' } }) on_codes!: number[];
  @ApiProperty({
    description:
      'Whether a request that nobody waits for and that names no `retry` is tried until its deadline.',
  })
  until_deadline!: boolean;
}

/** Time limits of requests that have none, in ms. */
@ApiSchema({ name: 'ProjectTimeout' })
class ProjectTimeoutDto implements Required<TimeoutFields> {
  @ApiProperty({ type: 'integer', description: 'The longest provider call.' })
  call_timeout!: number;
  @ApiProperty({ type: 'integer', description: 'From acceptance to a terminal state.' })
  deadline!: number;
  @ApiProperty({ type: 'integer', description: 'The longest silence within an answer.' })
  idle!: number;
  @ApiProperty({
    type: 'integer',
    description:
      'The longest wait for the first token of a stream; `call_timeout` where it is not set.',
  })
  ttft!: number;
}

/** A fallback of requests that name none. */
@ApiSchema({ name: 'ProjectFallback' })
class ProjectFallbackDto {
  @ApiProperty() model!: string;
  @ApiProperty(nullableText) provider!: string | null;
}

/** Policy and retention of a project's requests. */
@ApiSchema({ name: 'ProjectSettings' })
export class ProjectSettingsDto {
  @ApiProperty({
    oneOf: [{ type: 'boolean' }, { type: 'string', enum: ['auto'] }],
    description:
      'Whether calls wait that say nothing of it. With `auto`, clients wait that cannot read a handle.',
  })
  default_wait!: boolean | 'auto';
  @ApiProperty({
    description:
      'Whether a retry that a stock SDK makes without an idempotency key joins the request of its first try.',
  })
  join_sdk_retries!: boolean;
  @ApiProperty({
    type: 'integer',
    description: 'How long a call is held that waits and does not say how long, in milliseconds.',
  })
  default_wait_timeout_ms!: number;
  @ApiProperty({ type: ProjectRetryDto }) retry!: ProjectRetryDto;
  @ApiProperty({ type: ProjectTimeoutDto }) timeout!: ProjectTimeoutDto;
  @ApiProperty({ enum: ['retry', 'fail'] }) on_lost!: 'retry' | 'fail';
  @ApiProperty({ description: 'Whether responses run in the background at the provider.' })
  reattach!: boolean;
  @ApiProperty({ type: [ProjectFallbackDto] }) fallbacks!: ProjectFallbackDto[];
  @ApiProperty({
    type: RequestCacheDto,
    nullable: true,
    description: 'How requests use the cache that say nothing of it; null for not at all.',
  })
  cache!: RequestCacheDto | null;
  @ApiProperty({ type: 'integer', description: '`timeout.call_timeout`.' })
  call_timeout_ms!: number;
  @ApiProperty({ type: 'integer', description: '`timeout.deadline`.' }) deadline_ms!: number;
  @ApiProperty({ type: 'integer', description: '`timeout.idle`.' }) idle_timeout_ms!: number;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Most open requests, live and test ones counted separately. Further ones get 429 `too_many_open`. Null for `REQRUN_MAX_OPEN_REQUESTS`.',
  })
  max_open_requests!: number | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description:
      'Most provider calls at once over all workers, live and test ones counted separately. Further requests wait. Null for no bound.',
  })
  max_concurrent_calls!: number | null;
  @ApiProperty({ type: 'integer', description: 'Days that prompts and answers are kept.' })
  payload_retention_days!: number;
  @ApiProperty({ type: 'integer', description: 'Days that the records are kept.' })
  record_retention_days!: number;
}

/** Provider of a project's live requests. */
@ApiSchema({ name: 'ProjectProvider' })
export class ProjectProviderDto {
  @ApiProperty({ enum: ['simulator', 'openai_compatible'] })
  kind!: 'simulator' | 'openai_compatible';
  @ApiProperty(nullableText) base_url!: string | null;
  @ApiProperty(nullableText) key_last_four!: string | null;
  @ApiProperty(nullableTime) updated_at!: string | null;
}

/** A project. */
@ApiSchema({ name: 'Project' })
export class ProjectDto {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty() name!: string;
  @ApiProperty(time) created_at!: string;
  @ApiProperty({ ...nullableTime, description: 'Set while its keys are refused.' })
  archived_at!: string | null;
  @ApiProperty({ type: ProjectSettingsDto }) settings!: ProjectSettingsDto;
  @ApiProperty({ type: ProjectProviderDto }) provider!: ProjectProviderDto;
}

/** A page of projects, newest first. */
@ApiSchema({ name: 'ProjectList' })
export class ProjectListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [ProjectDto] }) data!: ProjectDto[];
  @ApiProperty() has_more!: boolean;
  @ApiProperty(nullableText) first_id!: string | null;
  @ApiProperty(nullableText) last_id!: string | null;
}
