import type { PolicySimulationParams } from '@reqrun/sdk';
import { type Command, InvalidArgumentError, Option } from 'commander';

import {
  applicationClient,
  callOptions,
  type CommonFlags,
  type Context,
  flagsOf,
} from '../context.js';
import { parseTime, parseTimeout } from '../input/duration.js';
import { showSimulation } from '../output/show-simulation.js';
import { withKeyFlags } from './flags.js';

interface SimulateFlags extends CommonFlags {
  readonly retries?: number;
  readonly onCode?: number[];
  readonly untilDeadline?: boolean;
  readonly callTimeout?: number;
  readonly deadline?: number;
  /** `false` is `--no-fallbacks`. */
  readonly fallbacks?: boolean;
  readonly fallback?: string[];
  readonly from: string;
  readonly to?: string;
  readonly model?: string;
}

/**
 * Adds `policies` and what is below it.
 *
 * @param program where to
 * @param context of the program
 */
export function addPolicyCommands(program: Command, context: Context): void {
  const policies = withKeyFlags(
    program.command('policies').description('try a policy on requests of the past'),
  );
  const time = 'a time, or how long ago, e.g. 2026-11-21T06:00:00Z or 2h';
  const ago = (text: string): string => parseTime(text, -1);
  policies
    .command('simulate')
    .description('how requests that have ended would have ended under another policy')
    .option('--retries <count>', 'retries after the first attempt, 0 to 5', parseWhole)
    .option('--on-code <status>', 'a status that is retried; again for each', collectWhole)
    .option('--until-deadline', 'retry outages and rate limits until the deadline')
    .option('--call-timeout <duration>', 'the longest provider call, e.g. 30s', parseTimeout)
    .option('--deadline <duration>', 'from acceptance to the end, e.g. 1h', parseTimeout)
    .option('--fallback <model>', 'the next model; again for each, at most 3', collect)
    .addOption(new Option('--no-fallbacks', 'no fallbacks').conflicts('fallback'))
    .option('--from <time>', time, ago, parseTime('24h', -1))
    .option('--to <time>', time, ago)
    .option('--model <model>', 'only requests of this model')
    .addHelpText(
      'after',
      `
What is left out stays as each request had it. Nothing is run, and no prompt is read.

Examples:
  reqrun policies simulate --retries 5
  reqrun policies simulate --from 7d --model gpt-4o-mini --fallback gpt-4o --retries 1
  reqrun policies simulate --call-timeout 30s --json | jq .of_failed
`,
    )
    .action(async (_flags: unknown, self: Command) => {
      const flags = flagsOf<SimulateFlags>(self);
      const result = await applicationClient(context, flags).policies.simulate(
        paramsOf(flags),
        callOptions(context),
      );
      if (flags.json === true) {
        context.output.json(result);
      } else {
        context.output.result(showSimulation(result, context.output.colors));
      }
    });
}

function paramsOf(flags: SimulateFlags): PolicySimulationParams {
  const { retries, onCode, untilDeadline, callTimeout, deadline, fallback, fallbacks } = flags;
  const retry = withoutAbsent({
    ...{ count: retries, on_codes: onCode, until_deadline: untilDeadline },
  });
  const timeout = withoutAbsent({ call_timeout: callTimeout, deadline });
  const models = fallbacks === false ? [] : fallback?.map((model) => ({ model }));
  return {
    from: flags.from,
    ...withoutAbsent({ to: flags.to, model: flags.model }),
    policy: {
      ...(Object.keys(retry).length > 0 && { retry }),
      ...(Object.keys(timeout).length > 0 && { timeout }),
      ...(models !== undefined && { fallbacks: models }),
    },
  };
}

const withoutAbsent = <T extends object>(members: {
  [Key in keyof T]: T[Key] | undefined;
}): Partial<T> =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Partial<T>;

function parseWhole(text: string): number {
  if (!/^\d{1,3}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number.');
  }
  return Number(text);
}

const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];
const collectWhole = (text: string, before: readonly number[] = []): number[] => [
  ...before,
  parseWhole(text),
];
