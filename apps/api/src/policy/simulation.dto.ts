import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { REQUEST_MODES, type RequestMode } from '@reqrun/contracts';
import type { PolicySimulationResult } from '@reqrun/requests';
import {
  type EndCounts,
  MAX_CALL_TIMEOUT_MS,
  MAX_DEADLINE_MS,
  MAX_FALLBACKS,
  type SimulationCounts,
  type Spread,
} from '@reqrun/retry-policy';
import { Type } from 'class-transformer';
import {
  IsDate,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

import { IsObjectList } from '../http/known-fields.js';
import { nullableInteger, time } from '../http/openapi-fields.js';
import { IsStorableText } from '../http/storable-text.js';
import { isTime, ToDate } from '../http/times.js';
import { RetryFields } from './policy-fields.dto.js';

const integer = { type: 'integer' } as const;
const timeInput = (meaning: string) =>
  ({
    required: false,
    type: 'string',
    description: `ISO 8601 or Unix seconds, as text; ${meaning}.`,
  }) as const;
const milliseconds = (maximum: number, description: string) =>
  ({ required: false, type: 'integer', minimum: 1, maximum, description }) as const;

/** Time limits that a simulation can change, in ms. What an attempt was silent for is not recorded. */
class SimulatedTimeoutFields {
  @ApiProperty(milliseconds(MAX_CALL_TIMEOUT_MS, 'The longest provider call, in milliseconds.'))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CALL_TIMEOUT_MS)
  call_timeout?: number;

  @ApiProperty(
    milliseconds(MAX_DEADLINE_MS, 'From acceptance to a terminal state, in milliseconds.'),
  )
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_DEADLINE_MS)
  deadline?: number;
}

/** A fallback of a simulation. Read by `readFallbacks`, whose messages name the entry. */
class SimulatedFallbackFields {
  @ApiProperty({ minLength: 1, maxLength: 256 }) model!: string;
  @ApiProperty({ required: false, description: 'A provider of the project.' }) provider?: string;
}

/** The part of a policy that is to be different. */
class SimulatedPolicyFields {
  @ApiProperty({
    required: false,
    type: () => RetryFields,
    description: 'As in a request: where it is given without `until_deadline`, its count holds.',
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => RetryFields)
  retry?: RetryFields;

  @ApiProperty({ required: false, type: () => SimulatedTimeoutFields })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SimulatedTimeoutFields)
  timeout?: SimulatedTimeoutFields;

  @ApiProperty({
    required: false,
    type: () => [SimulatedFallbackFields],
    maxItems: MAX_FALLBACKS,
    description: 'In place of the fallbacks that a request had; an empty array means none.',
  })
  @IsOptional()
  @IsObjectList()
  fallbacks?: SimulatedFallbackFields[];
}

/** Input of a simulation. */
@ApiSchema({ name: 'NewPolicySimulation' })
export class SimulationBody {
  @ApiProperty(timeInput('a day before `to` by default'))
  @IsOptional()
  @ToDate()
  @IsDate(isTime)
  from?: Date;

  @ApiProperty(timeInput('now by default'))
  @IsOptional()
  @ToDate()
  @IsDate(isTime)
  to?: Date;

  @ApiProperty({
    required: false,
    enum: REQUEST_MODES,
    description: 'That of the API key; without a key, `live` by default.',
  })
  @IsOptional()
  @IsIn(REQUEST_MODES)
  mode?: RequestMode;

  @ApiProperty({ required: false, description: 'The model that the caller asked for.' })
  @IsOptional()
  @IsStorableText()
  @IsString()
  @Length(1, 256)
  model?: string;

  @ApiProperty({
    type: () => SimulatedPolicyFields,
    description: 'What would have been different. What is left out stays as each request had it.',
  })
  @IsObject()
  @ValidateNested()
  @Type(() => SimulatedPolicyFields)
  @IsDefined({ message: 'policy is required' })
  policy!: SimulatedPolicyFields;
}

@ApiSchema({ name: 'PolicySimulationSpread' })
class SpreadDto implements Spread {
  @ApiProperty(nullableInteger) p50!: number | null;
  @ApiProperty(nullableInteger) p95!: number | null;
}

@ApiSchema({ name: 'PolicySimulationActual' })
class ActualDto {
  @ApiProperty(integer) completed!: number;
  @ApiProperty(integer) failed!: number;
  @ApiProperty({ type: SpreadDto, description: 'From acceptance to completion.' })
  duration_ms!: SpreadDto;
}

@ApiSchema({ name: 'PolicySimulationEnds' })
class EndsDto implements EndCounts {
  @ApiProperty(integer) completed!: number;
  @ApiProperty(integer) failed!: number;
  @ApiProperty({
    ...integer,
    description: 'The model would be called again; its answer is unknown.',
  })
  would_retry!: number;
  @ApiProperty({ ...integer, description: 'A model would be called that was not.' })
  would_fall_back!: number;
  @ApiProperty({ ...integer, description: 'A call would go on that was given up.' })
  would_call_longer!: number;
}

@ApiSchema({ name: 'PolicySimulationSimulated' })
class SimulatedDto extends EndsDto {
  @ApiProperty({ ...integer, description: 'The sum of the three `would`.' })
  unknown!: number;
  @ApiProperty({ type: SpreadDto, description: 'Of those that would have completed.' })
  duration_ms!: SpreadDto;
}

@ApiSchema({ name: 'PolicySimulationFailed' })
class FailedDto extends EndsDto {
  @ApiProperty({
    type: SpreadDto,
    description:
      'From the failure to the beginning of the call that was not made; below 0 where it would begin earlier.',
  })
  added_delay_ms!: SpreadDto;
}

/** Result of a simulation. */
@ApiSchema({ name: 'PolicySimulation' })
export class SimulationDto implements SimulationCounts {
  @ApiProperty({ enum: ['policy.simulation'] }) object!: 'policy.simulation';
  @ApiProperty(time) from!: string;
  @ApiProperty(time) to!: string;
  @ApiProperty({ enum: REQUEST_MODES }) mode!: RequestMode;
  @ApiProperty({
    ...integer,
    description: 'Requests that were looked at: the newest of the range.',
  })
  requests!: number;
  @ApiProperty({ description: 'There are older ones in the range, which were not looked at.' })
  capped!: boolean;
  @ApiProperty({
    ...integer,
    description:
      'Those that have ended, were called, and were not canceled. Their first round counts.',
  })
  sampled!: number;
  @ApiProperty({ type: ActualDto }) actual!: ActualDto;
  @ApiProperty({ type: SimulatedDto, description: 'All of them under the other policy.' })
  simulated!: SimulatedDto;
  @ApiProperty({ type: FailedDto, description: 'Of those that failed.' }) of_failed!: FailedDto;
  @ApiProperty({ type: EndsDto, description: 'Of those that completed.' }) of_completed!: EndsDto;
}

/** Span of time of a simulation. */
export interface SimulationSpan {
  from: Date;
  to: Date;
  mode: RequestMode;
}

/**
 * Converts the result of a simulation to its form in the API.
 *
 * @param span what it is about
 * @param result the result
 */
export const toSimulationDto = (
  { from, to, mode }: SimulationSpan,
  result: PolicySimulationResult,
): SimulationDto => ({
  object: 'policy.simulation',
  from: from.toISOString(),
  to: to.toISOString(),
  mode,
  ...result,
});
