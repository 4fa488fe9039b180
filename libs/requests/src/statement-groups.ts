import { DatabaseError } from '@reqrun/platform/database';

/**
 * How what shares a statement is grouped, whatever the statement does. One of a kind is under way at a
 * time: with two, groups are half as large, and each costs PostgreSQL and its client as much again.
 */
export const STATEMENT_GROUPS = {
  maxItems: 256,
  maxBytes: 8 * 1024 * 1024,
  isItemError: (error: unknown): boolean => error instanceof DatabaseError && error.kind === 'data',
  isTransient: (error: unknown): boolean =>
    error instanceof DatabaseError && error.kind === 'conflict',
} as const;
