import { Logger as NestFrontend } from '@nestjs/common';

import { ConfigError } from '../config/index.js';
import { MasterKeyMismatchError } from '../crypto/index.js';
import { DatabaseError } from '../database/index.js';
import { errorFields } from './error-fields.js';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

const CANARY = 'canary: the prompt';

function capture(level = 'debug') {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'test',
    level,
    destination: { write: (line) => void lines.push(line) },
  });
  return {
    logger,
    lines,
    parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('what is logged of an error', () => {
  it.each([
    ['a plain error', new Error(CANARY)],
    [
      'an error with a message of many lines',
      new Error(`first\n    not a frame ${CANARY}\n${CANARY}`),
    ],
    ['an error with a cause', new Error('outer', { cause: new Error(CANARY) })],
    ['an error of several', new AggregateError([new Error(CANARY)], CANARY)],
    [
      'a database driver error',
      Object.assign(new Error(CANARY), { code: '23505', detail: CANARY, where: CANARY }),
    ],
    ['an error with a strange code', Object.assign(new Error('x'), { code: CANARY })],
    ['a thrown string', CANARY],
    ['a thrown object', { message: CANARY }],
    ['a renamed error', Object.assign(new Error('x'), { name: CANARY })],
    ['an error whose message looks like a frame', new Error(`x\n    at ${CANARY}`)],
  ])('never holds its words: %s', (_, error) => {
    expect(JSON.stringify(errorFields(error))).not.toContain('canary');
  });

  it('tells the code and the places in the code', () => {
    const fields = errorFields(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
    expect(fields).toMatchObject({ error: 'Error', error_code: 'ECONNREFUSED' });
    expect(fields['stack']).toContain('logging.spec');
  });

  it('holds the message of the errors that are written for a person', () => {
    expect(errorFields(new ConfigError('A is not set'))).toMatchObject({
      error_message: 'A is not set',
    });
    expect(errorFields(new MasterKeyMismatchError())['error_message']).toContain(
      'REQRUN_MASTER_KEY',
    );
    expect(errorFields(new DatabaseError('data', '22P05'))).toEqual({
      error: 'DatabaseError',
      error_kind: 'data',
      error_code: '22P05',
    });
  });
});

describe('a log line', () => {
  it('is JSON with level, time, service, process, event and the fields', () => {
    const { logger, parsed } = capture();
    logger.warn('something', { request_id: 'rr_1', n: 2 });
    expect(parsed()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
        service: 'test',
        pid: process.pid,
        event: 'something',
        request_id: 'rr_1',
        n: 2,
      },
    ]);
  });

  it('stays one line whatever a field holds', () => {
    const { logger, lines } = capture();
    logger.info('x', { field: 'a\nb"\u2028' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
  });

  it('is not written below the level', () => {
    const { logger, lines } = capture('error');
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    logger.fatal('e');
    expect(lines).toHaveLength(2);
  });
});

describe("Nest's own messages", () => {
  it('are cut', () => {
    const { logger, parsed } = capture();
    new NestLogger(logger).warn('x'.repeat(10_000), 'SomeContext');
    expect(parsed()[0]).toMatchObject({ message: 'x'.repeat(500), context: 'SomeContext' });
  });

  it('are debug lines when nothing is wrong, and objects are not printed', () => {
    const { logger, parsed } = capture();
    new NestLogger(logger).log({ secret: CANARY }, 'Router');
    expect(parsed()[0]).toMatchObject({ level: 'debug', message: 'object', context: 'Router' });
  });

  it.each(['error', 'fatal'] as const)(
    'never hold the message or the stack of an exception (%s)',
    (level) => {
      const { logger, lines, parsed } = capture();
      const nest = new NestLogger(logger);
      const error = new Error(CANARY);
      nest[level](error);
      nest[level](error.message, error.stack, 'ExceptionsHandler');
      nest[level](error.message, error.stack);
      nest[level](error.message, 'canary');
      nest[level]({ error }, error, 'Some');
      expect(lines).toHaveLength(5);
      expect(lines.join('').replaceAll('"context":"canary"', '')).not.toContain('canary');
      expect(parsed()[0]).toMatchObject({ level, error: 'Error' });
      expect(parsed()[1]).toMatchObject({ context: 'ExceptionsHandler' });
    },
  );

  it("never hold them when they come through Nest's Logger either", () => {
    const { logger, lines } = capture();
    NestFrontend.overrideLogger(new NestLogger(logger));
    const error = new Error(CANARY);
    new NestFrontend('Mine').error(error);
    new NestFrontend('Mine').error(error.message, error.stack);
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain('canary');
    expect(lines.join('')).toContain('Mine');
  });
});
