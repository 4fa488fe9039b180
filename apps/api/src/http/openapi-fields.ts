import { DELAY_SOURCES, NAMED_REASONS } from '@reqrun/contracts';

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

/** The reason of a decision: a named one, or the provider's status. */
export const decisionReason = {
  anyOf: [
    { type: 'string', enum: [...NAMED_REASONS] },
    { type: 'string', pattern: '^http_[0-9]{3}$' },
  ],
};

/** The source of a retry's wait. */
export const delaySource = { type: 'string' as const, enum: [...DELAY_SOURCES], nullable: true };
