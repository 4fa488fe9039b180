import {
  APIAbortError,
  APIConnectionError,
  APIError,
  APITimeoutError,
  ReqRunError,
} from '@reqrun/sdk';
import { CommanderError } from 'commander';

/** How the command ends. Scripts build on these numbers: they are documented in `--help`. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  unreachable: 5,
  notPossible: 6,
  /** As of `timeout(1)`. */
  timeout: 124,
  /** 128 and the number of the signal, as shells show it. */
  interrupted: 130,
  brokenPipe: 141,
  terminated: 143,
} as const;

/** One of the codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An end of the command's own making: its message is shown, its code is the exit code. */
export class CliError extends Error {
  override name = 'CliError';

  /**
   * @param exitCode how the command ends
   * @param message for the person before the screen; empty when all has been said
   */
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

/** The command was called in a way that it can't be carried out. */
export class UsageError extends CliError {
  override name = 'UsageError';

  /** @param message what is wrong, and what to do */
  constructor(message: string) {
    super(EXIT.usage, message);
  }
}

/** The part of the help that tells the codes. */
export const EXIT_CODES_HELP = `
Exit codes:
    0  done; with --wait and watch: completed
    1  the request has failed or was canceled; or anything else went wrong
    2  the call is wrong: arguments, settings, the body (HTTP 400, 413, 422)
    3  not found (404)
    4  not signed in, or not allowed (401, 403)
    5  ReqRun can't be reached, or did not take it (429, 5xx): try again later
    6  not possible in the current state (409, 410)
  124  --timeout ran out; the request runs on
  130  interrupted (Ctrl-C); the request runs on
`;

/**
 * The exit code of an error.
 *
 * @param error what was thrown
 * @param signalCode the code of the signal that stopped the command, if one did
 */
export function exitCodeOf(error: unknown, signalCode?: ExitCode): ExitCode {
  if (error instanceof CliError) {
    return error.exitCode;
  }
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (error instanceof APIError) {
    return tellsOutcome(error) ? EXIT.failed : exitCodeOfStatus(error.status);
  }
  if (error instanceof APIAbortError) {
    return signalCode ?? EXIT.interrupted;
  }
  if (error instanceof APITimeoutError) {
    return EXIT.timeout;
  }
  if (error instanceof APIConnectionError) {
    return EXIT.unreachable;
  }
  // What the SDK refuses before it calls.
  return error instanceof ReqRunError ? EXIT.usage : EXIT.failed;
}

/**
 * Whether an answer tells how an accepted request has failed, rather than that this call has.
 *
 * @param error the answer
 */
export function tellsOutcome(error: APIError): boolean {
  return error.headers.get('x-reqrun-attempts') !== null;
}

function exitCodeOfStatus(status: number): ExitCode {
  switch (status) {
    case 401:
    case 403:
      return EXIT.refused;
    case 404:
      return EXIT.notFound;
    case 409:
    case 410:
      return EXIT.notPossible;
    case 408:
    case 429:
      return EXIT.unreachable;
    default:
      return status >= 500 ? EXIT.unreachable : status >= 400 ? EXIT.usage : EXIT.failed;
  }
}
