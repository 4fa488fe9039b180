import { ConfigError } from '../config/errors.js';
import { MasterKeyMismatchError } from '../crypto/master-key.js';
import { DatabaseError, toDatabaseError } from '../database/errors.js';
import type { LogFields } from './logger.js';

/**
 * Picks what may be logged of an error. Messages of foreign errors can hold anything (a driver puts
 * values into them), so only the name, the code and the places in the code are kept.
 *
 * @param error anything that was thrown
 */
export function errorFields(error: unknown): LogFields {
  if (error instanceof ConfigError || error instanceof MasterKeyMismatchError) {
    return { error: error.name, error_message: error.message };
  }
  if (error instanceof DatabaseError) {
    return { error: error.name, error_kind: error.kind, error_code: error.sqlState };
  }
  if (!(error instanceof Error)) {
    return { error: typeof error };
  }
  return {
    // A name is a word unless somebody put something else into it.
    error: /^\w{1,64}$/.test(error.name) ? error.name : 'Error',
    error_code: toDatabaseError(error).sqlState,
    stack: frames(error),
  };
}

/** The stack without the message, which stands before it and may hold lines that look like frames. */
function frames(error: Error): string {
  const stack = error.stack ?? '';
  const behindMessage = stack.indexOf(error.message) + error.message.length;
  return stack
    .slice(stack.includes(error.message) ? behindMessage : 0)
    .split('\n')
    .filter((line) => /^\s+at .*[:(][\w<>]+\)?$/.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
    .join(' < ');
}
