import {
  APIAbortError,
  APIConnectionError,
  APIError,
  APITimeoutError,
  ReqRunError,
} from '@reqrun/sdk';
import { CommanderError } from 'commander';

import { CliError, EXIT, EXIT_CODES_HELP, exitCodeOf, UsageError } from './exit-codes.js';

const answer = (status: number, headers: Record<string, string> = {}): APIError =>
  new APIError({ status, headers: new Headers(headers), body: {} });

describe('the exit code', () => {
  it.each([
    [400, 2],
    [401, 4],
    [403, 4],
    [404, 3],
    [408, 5],
    [409, 6],
    [410, 6],
    [413, 2],
    [422, 2],
    [429, 5],
    [500, 5],
    [503, 5],
  ])('of HTTP %d is %d', (status, code) => {
    expect(exitCodeOf(answer(status))).toBe(code);
  });

  it('of an accepted request that has failed is 1, whatever the provider said', () => {
    for (const status of [400, 404, 409, 429, 502, 504]) {
      expect(exitCodeOf(answer(status, { 'x-reqrun-attempts': '1' }))).toBe(EXIT.failed);
    }
  });

  it.each([
    ['a timeout', new APITimeoutError('late'), 124],
    ['a connection that fails', new APIConnectionError('gone'), 5],
    ['a call that the SDK refuses', new ReqRunError('no'), 2],
    ['a wrong call', new UsageError('no'), 2],
    ['an end of our own', new CliError(EXIT.notFound, 'no'), 3],
    ['a call that commander refuses', new CommanderError(1, 'commander.unknownOption', 'no'), 2],
    ['help', new CommanderError(0, 'commander.helpDisplayed', ''), 0],
    ['anything else', new Error('what?'), 1],
  ])('of %s is %s', (_what, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it('of an interrupt is that of its signal', () => {
    expect(exitCodeOf(new APIAbortError('stop'), EXIT.terminated)).toBe(143);
    expect(exitCodeOf(new APIAbortError('stop'))).toBe(130);
  });

  it('stands in the help, unless a signal of the system makes it', () => {
    const told = [...EXIT_CODES_HELP.matchAll(/^ +(\d+) {2}/gm)].map(([, code]) => Number(code));
    const silent: number[] = [EXIT.brokenPipe, EXIT.terminated];
    expect(told).toEqual(Object.values(EXIT).filter((code) => !silent.includes(code)));
  });
});
