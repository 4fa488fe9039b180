import { type Command, Option } from 'commander';

import { parseTimeout } from '../input/duration.js';

/**
 * Gives a command the flags that say which API key it uses.
 *
 * @param command which
 */
export function withKeyFlags(command: Command): Command {
  return command
    .option('--test', 'use REQRUN_TEST_API_KEY: such requests go to the simulator')
    .addOption(
      new Option('--api-key-file <file>', 'read the API key from a file').conflicts('test'),
    );
}

/**
 * Gives a command the flag that says how long it waits.
 *
 * @param command which
 */
export function withTimeoutFlag(command: Command): Command {
  return command.option(
    '--timeout <duration>',
    'how long to wait, e.g. 90s or 5m; without it as long as it takes',
    parseTimeout,
  );
}
