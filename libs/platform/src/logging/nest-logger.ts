import type { LoggerService } from '@nestjs/common';

import type { Logger } from './logger.js';

/**
 * Nest's own messages as our log lines. They come from starting and stopping; what fails while a
 * call is served goes through the exception filter instead.
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
    this.logger.error('nest', fieldsOf(message, rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal('nest', fieldsOf(message, rest));
  }
}

function fieldsOf(message: unknown, rest: unknown[]): { message: string; context?: string } {
  const context = rest.at(-1);
  return {
    message: typeof message === 'string' ? message.slice(0, 500) : typeof message,
    ...(typeof context === 'string' ? { context: context.slice(0, 100) } : {}),
  };
}
