import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { LaneOverview } from '@reqrun/requests';
import { BY_HAND, type LanePhase, type LaneState, type SetLimits } from '@reqrun/retry-policy';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

import {
  nullableInteger,
  nullableNumber,
  nullableText,
  nullableTime,
  time,
} from '../../http/openapi-fields.js';
import { IsStorableText } from '../../http/storable-text.js';

const PHASES = ['clear', 'paced', 'open', 'ramping'] as const satisfies readonly LanePhase[];
const MAX_NAME = 63;
const MAX_MODEL = 256;
/** Largest limits that can be set. */
const MOST_REQUESTS = 1_000_000;
const MOST_TOKENS = 1_000_000_000;
const MOST_CALLS = 10_000;

const MODEL =
  'As the provider is asked for it. Null: the provider as a whole, all its models together.';

/** Input that names a lane. */
@ApiSchema({ name: 'LaneName' })
export class LaneNameInput {
  @ApiProperty({ maxLength: MAX_NAME, description: 'Name of the provider.' })
  @IsStorableText()
  @IsString()
  @Length(1, MAX_NAME)
  provider!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    required: false,
    maxLength: MAX_MODEL,
    description: `${MODEL} Null by default.`,
  })
  @IsOptional()
  @Matches(/^[^\p{Cc}\p{Cs}]{1,256}$/u, {
    message: 'model must be 1 to 256 characters without control characters',
  })
  model?: string | null;
}

const limit = (maximum: number, description: string) =>
  ({
    ...nullableInteger,
    required: false,
    minimum: 1,
    maximum,
    description: `${description} Null or left out: no limit.`,
  }) as const;

/** Input for the limits of a lane. */
@ApiSchema({ name: 'LaneLimitsInput' })
export class LaneLimitsInput extends LaneNameInput {
  @ApiProperty(limit(MOST_REQUESTS, 'Calls that begin in any minute, at most.'))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_REQUESTS)
  requests_per_minute?: number | null;

  @ApiProperty(
    limit(MOST_TOKENS, 'Tokens in a minute, at most, by the mean of the tokens that calls use.'),
  )
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_TOKENS)
  tokens_per_minute?: number | null;

  @ApiProperty(limit(MOST_CALLS, 'Calls under way at once, of all workers together, at most.'))
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MOST_CALLS)
  calls_at_once?: number | null;
}

@ApiSchema({ name: 'LaneLimits' })
class LaneLimitsDto {
  @ApiProperty(nullableInteger) requests_per_minute!: number | null;
  @ApiProperty(nullableInteger) tokens_per_minute!: number | null;
  @ApiProperty(nullableInteger) calls_at_once!: number | null;
}

@ApiSchema({ name: 'LearnedLimit' })
class LearnedLimitDto {
  @ApiProperty({ description: 'Calls that the limit lets begin, in the long run.' })
  requests_per_minute!: number;
  @ApiProperty({ type: 'integer', description: 'Calls that may begin at once, at most.' })
  burst!: number;
}

/** A lane: a model of a provider, or a provider as a whole. */
@ApiSchema({ name: 'Lane' })
export class LaneDto {
  @ApiProperty({ enum: ['lane'] }) object!: 'lane';
  @ApiProperty({ description: 'Name of the provider.' }) provider!: string;
  @ApiProperty({ ...nullableText, description: MODEL }) model!: string | null;
  @ApiProperty({
    enum: PHASES,
    description:
      '`clear`: calls begin at full speed. `paced`: at a rate. `open`: not at all, except for probes. `ramping`: at a rate that doubles each second.',
  })
  phase!: LanePhase;
  @ApiProperty({
    ...nullableText,
    description:
      'The provider’s own error code that brought it there, `rate_limited`, or `by_hand`; null while it is clear.',
  })
  reason!: string | null;
  @ApiProperty(time) since!: string;
  @ApiProperty({
    ...nullableNumber,
    description: 'Calls per minute that begin at present; null where nothing slows them.',
  })
  pace_per_minute!: number | null;
  @ApiProperty({
    type: LearnedLimitDto,
    nullable: true,
    description: 'The provider’s limit as its answers tell of it.',
  })
  learned_limit!: LearnedLimitDto | null;
  @ApiProperty({ type: LaneLimitsDto, nullable: true, description: 'Set by hand.' })
  limits!: LaneLimitsDto | null;
  @ApiProperty({ ...nullableNumber, description: 'Mean of the tokens that its calls use.' })
  tokens_per_call!: number | null;
  @ApiProperty({ ...nullableTime, description: 'No call begins before.' })
  hold_until!: string | null;
  @ApiProperty({
    ...nullableTime,
    description:
      'When one call is made to see whether the provider is back. Null while a person keeps it open.',
  })
  probe_at!: string | null;
  @ApiProperty({
    type: 'integer',
    maximum: 1_000,
    description: 'Requests that are due and wait for it, counted up to 1,000.',
  })
  waiting_requests!: number;
  @ApiProperty({ type: 'integer', description: 'Calls under way.' }) running_calls!: number;
}

/** The lanes of a project, by provider and model. */
@ApiSchema({ name: 'LaneList' })
export class LaneListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [LaneDto] }) data!: LaneDto[];
}

/**
 * Converts a lane to its form in the admin API.
 *
 * @param overview the lane
 */
export function toLaneDto({ lane, provider, rate, waiting, running }: LaneOverview): LaneDto {
  const { state, model } = lane;
  const { phase, setLimits } = state;
  return {
    object: 'lane',
    provider,
    model: model === '' ? null : model,
    ...{ phase, reason: state.reason, since: new Date(state.sinceMs).toISOString() },
    // A limit of calls at once alone has no rate.
    pace_per_minute: rate === null || rate >= MOST_RATE ? null : rounded(rate * 60),
    learned_limit: learnedLimitOf(state),
    limits: setLimits === null ? null : toLimitsDto(setLimits),
    tokens_per_call: state.tokensPerCall === null ? null : rounded(state.tokensPerCall),
    hold_until: phase === 'paced' ? toTime(state.holdUntilMs) : null,
    probe_at: phase === 'open' ? toTime(state.probeAtMs) : null,
    waiting_requests: waiting,
    running_calls: running,
  };
}

/** Rate from which a lane is not slowed, in calls per second. */
const MOST_RATE = 1e6;

function learnedLimitOf(state: LaneState): LearnedLimitDto | null {
  const { phase, reason, isStrained, rate, topRate, growth, cap } = state;
  return phase !== 'paced' || reason === BY_HAND || isStrained || rate === null
    ? null
    : {
        requests_per_minute: rounded((growth === 1 ? topRate : rate) * 60),
        burst: Math.max(1, Math.floor(cap)),
      };
}

const toLimitsDto = (limits: SetLimits): LaneLimitsDto => ({
  requests_per_minute: limits.requestsPerMinute,
  tokens_per_minute: limits.tokensPerMinute,
  calls_at_once: limits.callsAtOnce,
});

const toTime = (ms: number | null): string | null =>
  ms === null ? null : new Date(ms).toISOString();

const rounded = (value: number): number => Math.round(value * 100) / 100;
