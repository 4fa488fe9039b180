import type { LoggerService } from '@nestjs/common';

import { errorFields } from './error-fields.js';
import type { LogFields, Logger } from './logger.js';

/**
 * Nest's own messages as our log lines. They come from starting and stopping; what fails while a
 * call is served goes through the exception filter instead. Of an error Nest passes on the message
 * of whatever was thrown, which may hold anything: only its kind and its place are kept.
 */
export class NestLogger implements LoggerService {
  /** @param logger where the lines go */
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug('nest', fieldsOf(message, rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn('nest', fieldsOf(message, rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error('nest', failureOf(message, rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal('nest', failureOf(message, rest));
  }
}

function fieldsOf(message: unknown, rest: unknown[]): LogFields {
  return {
    message: typeof message === 'string' ? message.slice(0, 500) : typeof message,
    ...contextOf(rest),
  };
}

function failureOf(message: unknown, rest: unknown[]): LogFields {
  const error = [message, ...rest].find((part) => part instanceof Error);
  return { ...(error === undefined ? {} : errorFields(error)), ...contextOf(rest) };
}

/** Nest's last argument is the name of the class that logs; without one it may be a stack. */
function contextOf(rest: unknown[]): LogFields {
  const context = rest.at(-1);
  return typeof context === 'string' && /^[A-Za-z]\w{0,99}$/.test(context) ? { context } : {};
}
