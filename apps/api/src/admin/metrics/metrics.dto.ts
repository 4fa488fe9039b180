import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { REQUEST_MODES, type RequestMode } from '@reqrun/contracts';
import type {
  FallbackMetrics,
  MetricsModel,
  ModelMetrics,
  Percentiles,
  ProjectMetrics,
} from '@reqrun/requests';
import { IsDate, IsIn, IsOptional } from 'class-validator';

import { isTime, ToDate } from '../../http/times.js';
import { nullableNumber, nullableText, time } from '../../http/openapi-fields.js';

const integer = { type: 'integer' } as const;
const timeText = {
  required: false,
  type: 'string',
  description: 'ISO 8601 or Unix seconds.',
} as const;

/** Query of metrics. */
export class MetricsQuery {
  @ApiProperty({ ...timeText, description: 'ISO 8601 or Unix seconds; a day before `to`.' })
  @IsOptional()
  @ToDate()
  @IsDate(isTime)
  from?: Date;

  @ApiProperty({ ...timeText, description: 'ISO 8601 or Unix seconds; now by default.' })
  @IsOptional()
  @ToDate()
  @IsDate(isTime)
  to?: Date;

  @ApiProperty({ required: false, enum: REQUEST_MODES, description: 'Both by default.' })
  @IsOptional()
  @IsIn(REQUEST_MODES)
  mode?: RequestMode;
}

@ApiSchema({ name: 'MetricsPercentiles' })
class PercentilesDto implements Percentiles {
  @ApiProperty(nullableNumber) p50!: number | null;
  @ApiProperty(nullableNumber) p95!: number | null;
  @ApiProperty(nullableNumber) p99!: number | null;
}

@ApiSchema({ name: 'MetricsTotals' })
class TotalsDto {
  @ApiProperty(integer) accepted!: number;
  @ApiProperty(integer) completed!: number;
  @ApiProperty(integer) failed!: number;
  @ApiProperty(integer) canceled!: number;
  @ApiProperty({ ...integer, description: 'Requests with at least one retry.' }) retried!: number;
  @ApiProperty({ ...nullableNumber, description: 'completed / (completed + failed)' })
  success_rate!: number | null;
  @ApiProperty({ type: 'number' }) throughput_per_minute!: number;
  @ApiProperty(nullableNumber) average_retry_delay_ms!: number | null;
  @ApiProperty({ type: PercentilesDto, description: 'From acceptance to the first attempt.' })
  queue_ms!: PercentilesDto;
  @ApiProperty({ type: PercentilesDto, description: 'From acceptance to completion.' })
  duration_ms!: PercentilesDto;
}

@ApiSchema({ name: 'MetricsPoint' })
class PointDto {
  @ApiProperty(time) at!: string;
  @ApiProperty(integer) accepted!: number;
  @ApiProperty(integer) completed!: number;
  @ApiProperty(integer) failed!: number;
  @ApiProperty(integer) canceled!: number;
  @ApiProperty(integer) retried!: number;
  @ApiProperty(nullableNumber) p50_ms!: number | null;
  @ApiProperty(nullableNumber) p95_ms!: number | null;
  @ApiProperty(nullableNumber) p99_ms!: number | null;
  @ApiProperty(nullableNumber) queue_p95_ms!: number | null;
}

@ApiSchema({ name: 'MetricsByAttempt' })
class ByAttemptDto {
  @ApiProperty({ ...integer, description: 'The number of the attempt that followed.' })
  attempt!: number;
  @ApiProperty(integer) count!: number;
}

@ApiSchema({ name: 'MetricsByCode' })
class ByCodeDto {
  @ApiProperty() code!: string;
  @ApiProperty(integer) count!: number;
}

@ApiSchema({ name: 'MetricsModel' })
class ModelDto implements MetricsModel {
  @ApiProperty({ ...nullableText, description: 'Null for all models beyond the first 50.' })
  provider!: string | null;
  @ApiProperty({ ...nullableText, description: 'As the provider was asked for it; null likewise.' })
  model!: string | null;
}

@ApiSchema({ name: 'MetricsByModel' })
class ByModelDto extends ModelDto implements ModelMetrics {
  @ApiProperty({
    ...integer,
    description: 'Requests that called it; one with fallbacks counts at each model that it called.',
  })
  requests!: number;
  @ApiProperty({ ...integer, description: 'Requests that were retried on it.' }) retried!: number;
  @ApiProperty(integer) retries!: number;
  @ApiProperty({ type: [ByAttemptDto] }) retries_by_attempt!: ByAttemptDto[];
  @ApiProperty({ type: [ByCodeDto] }) retries_by_code!: ByCodeDto[];
  @ApiProperty(nullableNumber) average_retry_delay_ms!: number | null;
  @ApiProperty({ ...integer, description: 'Requests that failed, with their last attempt on it.' })
  failed!: number;
}

@ApiSchema({ name: 'MetricsByPair' })
class ByPairDto {
  @ApiProperty({ type: ModelDto }) from!: ModelDto;
  @ApiProperty({ type: ModelDto }) to!: ModelDto;
  @ApiProperty(integer) count!: number;
}

@ApiSchema({ name: 'MetricsFallbacks' })
class FallbacksDto implements FallbackMetrics {
  @ApiProperty(integer) count!: number;
  @ApiProperty({ type: [ByCodeDto], description: 'By the error that led to them.' })
  by_code!: ByCodeDto[];
  @ApiProperty({
    type: [ByPairDto],
    description: 'At most 50, the commonest first, then the rest.',
  })
  by_pair!: ByPairDto[];
}

@ApiSchema({ name: 'MetricsCache' })
class CacheDto {
  @ApiProperty({ ...integer, description: 'Got an answer that was there.' }) hits!: number;
  @ApiProperty({ ...integer, description: 'Ran themselves.' }) misses!: number;
  @ApiProperty({ ...integer, description: 'Waited for an identical request.' }) followed!: number;
  @ApiProperty({ ...integer, description: 'Misses whose answer was not kept.' }) not_kept!: number;
}

@ApiSchema({ name: 'MetricsNow' })
class NowDto {
  @ApiProperty(integer) queued!: number;
  @ApiProperty(integer) processing!: number;
  @ApiProperty(integer) retrying!: number;
  @ApiProperty({
    ...integer,
    description: 'Of those in retrying, those that are tried again until their deadline.',
  })
  waiting_out_outage!: number;
  @ApiProperty(nullableNumber) oldest_due_seconds!: number | null;
  @ApiProperty({ description: 'There are more than were counted.' }) capped!: boolean;
}

/** Metrics of the requests that were accepted within a time range. */
@ApiSchema({ name: 'Metrics' })
export class MetricsDto implements ProjectMetrics {
  @ApiProperty(time) from!: string;
  @ApiProperty(time) to!: string;
  @ApiProperty({ enum: [60, 300, 3600, 86400] }) step_seconds!: number;
  @ApiProperty({ type: TotalsDto }) totals!: TotalsDto;
  @ApiProperty({ type: [PointDto] }) series!: PointDto[];
  @ApiProperty({ type: [ByAttemptDto] }) retries_by_attempt!: ByAttemptDto[];
  @ApiProperty({ type: [ByCodeDto] }) retries_by_code!: ByCodeDto[];
  @ApiProperty({ type: [ByCodeDto] }) failures_by_code!: ByCodeDto[];
  @ApiProperty({
    type: [ByModelDto],
    description: 'Retries by model and provider: at most 50, the most called first, then the rest.',
  })
  models!: ByModelDto[];
  @ApiProperty({ type: FallbacksDto }) fallbacks!: FallbacksDto;
  @ApiProperty({ type: CacheDto, description: 'Requests under the cache.' }) cache!: CacheDto;
  @ApiProperty({ type: NowDto, description: 'Where requests stand at this moment.' }) now!: NowDto;
}
