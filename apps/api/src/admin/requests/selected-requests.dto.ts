import { ApiProperty, type ApiPropertyOptions, ApiSchema, IntersectionType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, Matches } from 'class-validator';

import { ProviderAgreement } from './provider-agreement.js';

/** Largest number of requests in one call: the rows of the largest page of a list. */
const MOST_SELECTED = 100;
const REQUEST_ID = /^rr_[0-9a-f]{32}$/;

const ids = {
  type: 'array',
  minItems: 1,
  maxItems: MOST_SELECTED,
  uniqueItems: true,
  items: { type: 'string', pattern: REQUEST_ID.source },
} satisfies ApiPropertyOptions;

/** Outcomes of the cancellation of a request. */
export const CANCEL_OUTCOMES = ['canceled', 'already_ended', 'not_found'] as const;

/** Outcomes of the retry of a request. */
export const RETRY_OUTCOMES = [
  'retried',
  'not_retryable',
  'result_expired',
  'provider_changed',
  'not_found',
] as const;

/** Outcome of the cancellation of a request. */
export type CancelOutcome = (typeof CANCEL_OUTCOMES)[number];

/** Outcome of the retry of a request. */
export type SelectedRetryOutcome = (typeof RETRY_OUTCOMES)[number];

/** Requests that a user has selected. */
export class SelectedRequests {
  @ApiProperty(ids)
  @Matches(REQUEST_ID, { each: true, message: '$property must have the ids of requests' })
  @ArrayUnique()
  @ArrayMaxSize(MOST_SELECTED)
  @ArrayMinSize(1)
  @IsArray()
  ids!: string[];
}

/** Requests that a user has selected, and whether they may go to another provider. */
export class SelectedRetries extends IntersectionType(SelectedRequests, ProviderAgreement) {}

/** Outcome of a cancellation by its request. */
@ApiSchema({ name: 'CancelOutcome' })
export class CancelOutcomeDto {
  @ApiProperty() id!: string;
  @ApiProperty({ enum: CANCEL_OUTCOMES }) outcome!: CancelOutcome;
}

/** Outcomes of cancellations, in the order of the ids. */
@ApiSchema({ name: 'CancelOutcomeList' })
export class CancelOutcomeListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [CancelOutcomeDto] }) data!: CancelOutcomeDto[];
}

/** Outcome of a retry by its request. */
@ApiSchema({ name: 'RetryOutcome' })
export class RetryOutcomeDto {
  @ApiProperty() id!: string;
  @ApiProperty({
    enum: RETRY_OUTCOMES,
    description:
      '`not_retryable`: neither failed nor canceled. `result_expired`: retention deleted its content. ' +
      '`provider_changed`: it takes `accept_provider_change`.',
  })
  outcome!: SelectedRetryOutcome;
}

/** Outcomes of retries, in the order of the ids. */
@ApiSchema({ name: 'RetryOutcomeList' })
export class RetryOutcomeListDto {
  @ApiProperty({ enum: ['list'] }) object!: 'list';
  @ApiProperty({ type: [RetryOutcomeDto] }) data!: RetryOutcomeDto[];
}
