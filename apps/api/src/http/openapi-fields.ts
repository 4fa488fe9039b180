import { DELAY_SOURCES, LANE_WAITS, NAMED_REASONS, WAITING_REASONS } from '@reqrun/contracts';

/** Descriptions of fields that several answers share, for the OpenAPI document. */

/** Time in ISO 8601, UTC. */
export const time = { type: 'string', format: 'date-time' } as const;

export const nullableTime = { ...time, nullable: true } as const;

export const nullableText = { type: 'string', nullable: true } as const;

export const nullableInteger = { type: 'integer', nullable: true } as const;

export const nullableNumber = { type: 'number', nullable: true } as const;

export const openObject = {
  type: 'object',
  additionalProperties: true,
  nullable: true,
} as const;

/** Why a request waits. */
export const waitingReason = {
  type: 'string' as const,
  enum: WAITING_REASONS,
  nullable: true,
  description:
    'Set while a request waits: for the answer of an identical one, for the limit of its provider, because ' +
    'calls to its failing provider are paused, or because its project makes as many calls at once as it may.',
};

/** The error behind the reason why a request waits. */
export const waitingCode = {
  ...nullableText,
  description:
    'The provider’s own error code behind `waiting_reason`; `by_hand` where somebody has limited or stopped its calls.',
};

/** Whether the time of the next attempt is an estimate. */
export const nextAttemptIsEstimate = {
  description:
    'Whether `next_attempt_at` is an estimate, because the request waits for its provider. Lists have no estimates.',
};

/** Reason why a request waited until its deadline had passed. */
export const errorBecause = {
  type: 'string' as const,
  enum: LANE_WAITS,
  required: false,
  description:
    'What the request was waiting for when its deadline passed; absent where it was not waiting.',
};

/** The source of an answer. */
export const cachedFrom = {
  ...nullableText,
  description: 'The request whose answer this one got from the cache, or waited for.',
};

/** The reason of a decision: a named one, or the provider's status. */
export const decisionReason = {
  anyOf: [
    { type: 'string', enum: [...NAMED_REASONS] },
    { type: 'string', pattern: '^http_[0-9]{3}$' },
  ],
};

/** The source of a retry's wait. */
export const delaySource = { type: 'string' as const, enum: [...DELAY_SOURCES], nullable: true };

/** Id of a response in the background. */
export const PROVIDER_RESPONSE_ID = {
  ...nullableText,
  description:
    'Id of the response that ran in the background at the provider, with `reattach`. Attempts with one id have waited for one response.',
} as const;
