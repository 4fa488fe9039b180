import { DatabaseError } from '@reqrun/platform/database';

/** How what shares a statement is grouped, whatever the statement does. */
export const STATEMENT_GROUPS = {
  maxItems: 256,
  maxBytes: 8 * 1024 * 1024,
  isItemError: (error: unknown): boolean => error instanceof DatabaseError && error.kind === 'data',
  isTransient: (error: unknown): boolean =>
    error instanceof DatabaseError && error.kind === 'conflict',
} as const;

/**
 * Statements of one kind that a worker has under way: while one waits for the disk, the next is on its
 * way; more would only be smaller.
 */
export const COMMITS_AT_ONCE = 2;
