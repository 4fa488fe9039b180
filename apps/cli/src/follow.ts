import {
  APIAbortError,
  APITimeoutError,
  type EndedRequest,
  type ReqRun,
  type RequestRecord,
} from '@reqrun/sdk';

import type { CommonFlags, Context } from './context.js';
import { CliError, exitCodeOf, type ExitCode } from './exit-codes.js';
import { showStanding } from './output/show-requests.js';

/** Flags of commands that wait. */
export interface WaitFlags extends CommonFlags {
  /** How long, in ms; no limit when it is left out. */
  readonly timeout?: number;
}

/**
 * Waits until a request has ended, and shows how it stands meanwhile.
 *
 * @param context of the program
 * @param client asks
 * @param id `rr_…`
 * @param flags how long
 * @returns the record, completed or not
 * @throws CliError when the wait ends first: it says how to go on
 */
export async function follow(
  context: Context,
  client: ReqRun,
  id: string,
  flags: WaitFlags,
): Promise<EndedRequest> {
  const progress = context.output.progress(id);
  let latest: RequestRecord | undefined;
  // The wait before the next attempt goes down between two looks.
  const clock = setInterval(() => {
    if (latest !== undefined) {
      progress.update(showStanding(latest));
    }
  }, 1_000);
  try {
    return await client.requests.waitFor(id, {
      timeout: flags.timeout ?? Infinity,
      signal: context.signal,
      onUpdate: (record) => {
        latest = record;
        progress.update(showStanding(record));
      },
    });
  } catch (error) {
    if (error instanceof APITimeoutError || error instanceof APIAbortError) {
      throw new CliError(
        exitCodeOf(error, context.signal.reason as ExitCode | undefined),
        stillRuns(id, latest, flags),
      );
    }
    throw error;
  } finally {
    clearInterval(clock);
    progress.stop();
  }
}

function stillRuns(id: string, latest: RequestRecord | undefined, flags: WaitFlags): string {
  const same = flags.test === true ? ' --test' : '';
  return [
    latest === undefined
      ? `Not waiting any more for ${id}; no answer has told how it stands.`
      : `Not waiting any more: ${id} is ${latest.status} and runs on.`,
    `  go on waiting:  reqrun requests watch ${id}${same}`,
    `  end it:         reqrun requests cancel ${id}${same}`,
  ].join('\n');
}
