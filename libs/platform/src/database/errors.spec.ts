import { DatabaseError, endsUse, isDatabaseUnavailable, toDatabaseError } from './errors.js';

const CANARY = 'canary: a column value';
const coded = (code: string): Error => Object.assign(new Error(CANARY), { code, detail: CANARY });
const fromPrisma = (code: string, originalCode: string): Error =>
  Object.assign(new Error(CANARY), { code, cause: { originalCode, originalMessage: CANARY } });

describe('an error of the database', () => {
  it.each([
    ['40P01', 'conflict'],
    ['40001', 'conflict'],
    ['55P03', 'conflict'],
    ['23505', 'data'],
    ['22P05', 'data'],
    ['22001', 'data'],
    ['54000', 'data'],
    ['08006', 'unavailable'],
    ['53300', 'unavailable'],
    ['53100', 'unavailable'],
    ['25006', 'unavailable'],
    ['25P03', 'unavailable'],
    ['25P04', 'unavailable'],
    ['40003', 'unavailable'],
    ['25001', 'other'],
    ['57P01', 'unavailable'],
    ['57P02', 'unavailable'],
    ['57P03', 'unavailable'],
    ['57P04', 'unavailable'],
    ['57014', 'unavailable'],
    ['58030', 'unavailable'],
    ['42P01', 'other'],
    ['42601', 'other'],
    ['28P01', 'other'],
    ['ECONNREFUSED', 'unavailable'],
    ['ECONNRESET', 'unavailable'],
    ['ENOTFOUND', 'unavailable'],
    ['ETIMEDOUT', 'unavailable'],
    ['EPIPE', 'unavailable'],
    ['P1001', 'unavailable'],
    ['P2024', 'unavailable'],
    ['P2028', 'unavailable'],
    ['P2021', 'other'],
  ])('with code %s is %s, and has none of its words', (code, kind) => {
    const error = toDatabaseError(coded(code));
    expect(error).toMatchObject({ kind, sqlState: code });
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain('canary');
  });

  it.each([
    ['53100', true],
    ['53200', true],
    ['25006', true],
    ['57014', true],
    ['57P01', false],
    ['40003', false],
    ['08006', false],
    ['ECONNRESET', false],
  ])('with code %s is of a statement that was undone: %s', (code, isRolledBack) => {
    expect(toDatabaseError(coded(code)).isRolledBack).toBe(isRolledBack);
  });

  it.each([
    ['P2010', '40P01', 'conflict'],
    ['P2002', '23505', 'data'],
    ['P2010', '57P01', 'unavailable'],
  ])("is judged by the SQLSTATE that Prisma's %s carries: %s", (code, sqlState, kind) => {
    expect(toDatabaseError(fromPrisma(code, sqlState))).toMatchObject({ kind, sqlState });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
  ])('without a code is unavailable by what the driver says: %s', (message) => {
    expect(toDatabaseError(new Error(message))).toMatchObject({
      kind: 'unavailable',
      sqlState: null,
    });
  });

  it('of several addresses that all refuse is unavailable', () => {
    const refused = new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]);
    expect(toDatabaseError(refused)).toMatchObject({
      kind: 'unavailable',
      sqlState: 'ECONNREFUSED',
    });
  });

  it.each([new Error(CANARY), CANARY, null, undefined, 7, {}, coded(CANARY)])(
    'that is none at all is other, without words (%#)',
    (thrown) => {
      const error = toDatabaseError(thrown);
      expect(error).toMatchObject({ kind: 'other', sqlState: null });
      expect(error.message).not.toContain('canary');
      expect(isDatabaseUnavailable(thrown)).toBe(false);
    },
  );

  it('stays the same error when it was reduced already', () => {
    const error = new DatabaseError('data', '23505');
    expect(toDatabaseError(error)).toBe(error);
  });

  it.each([
    ['25006', true],
    ['57P01', true],
    ['57P03', true],
    ['53300', true],
    ['53100', true],
    ['08006', true],
    ['25P03', true],
    ['40003', true],
    ['57014', false],
    ['40001', false],
    ['23505', false],
  ])('with code %s ends the use of its connection: %s', (code, ends) => {
    expect(endsUse(code)).toBe(ends);
  });
});
