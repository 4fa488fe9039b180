import { parseArgs } from 'node:util';

import { MUTANTS } from './mutants/mutants.js';

/** Names of the scenarios. */
export const SCENARIOS = [
  'chaos',
  'failpoints',
  'recovery',
  'outages',
  'failover',
  'rolling',
  'streams',
  'mutants',
] as const;

/** One of these scenarios. */
export type Scenario = (typeof SCENARIOS)[number];

/** Options of a run. */
export interface Options {
  readonly scenario: Scenario;
  readonly requests: number;
  readonly faults: number;
  readonly seed: number;
  readonly redis: boolean;
  /** Whether direct dispatch of waited requests is enabled. */
  readonly links: boolean;
  /** Number of kills per failpoint, of primaries, or of each kind of process amid streams. */
  readonly kills: number;
  /** Name of a variant that lacks one guard. */
  readonly mutant: string | null;
  /** Expression that selects the kinds of faults. */
  readonly only: RegExp | null;
  /** Path of the JSON report; null for a file in `.reqrun/chaos`. */
  readonly report: string | null;
}

/** Usage of the command. */
export const USAGE = `Usage: npm run chaos -- [options]
  --quick              1,000 requests, 15 faults, seed 1
  --requests N         how many requests (10000)
  --faults N           how many faults (100)
  --seed N             which requests and faults (1)
  --redis              with a Redis
  --without-links      all requests go by the table, as where APIs and workers share no folder
  --scenario NAME      ${SCENARIOS.join(', ')} (chaos)
  --kills N            kills per failpoint, of a primary, or of APIs and workers amid streams (20)
  --mutant NAME        ${MUTANTS.map(({ name }) => name).join(', ')}
  --only EXPRESSION    only faults whose kind it matches
  --report FILE        where the JSON report goes (.reqrun/chaos/<time>.json)`;

/**
 * Reads the command line.
 *
 * @param args arguments after the script
 * @throws TypeError when the arguments are invalid
 */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      requests: { type: 'string' },
      faults: { type: 'string' },
      seed: { type: 'string', default: '1' },
      redis: { type: 'boolean', default: false },
      'without-links': { type: 'boolean', default: false },
      scenario: { type: 'string', default: 'chaos' },
      kills: { type: 'string', default: '20' },
      mutant: { type: 'string' },
      only: { type: 'string' },
      report: { type: 'string' },
    },
  });
  const scenario = SCENARIOS.find((name) => name === values.scenario);
  if (scenario === undefined) {
    throw new TypeError(`There is no scenario ${values.scenario}.`);
  }
  const mutant = MUTANTS.find(({ name }) => name === values.mutant);
  if (values.mutant !== undefined && mutant === undefined) {
    throw new TypeError(`There is no mutant ${values.mutant}.`);
  }
  return {
    scenario,
    requests: count('requests', values.requests ?? (values.quick ? '1000' : '10000')),
    faults: count('faults', values.faults ?? (values.quick ? '15' : '100')),
    seed: count('seed', values.seed),
    redis: values.redis,
    links: !values['without-links'],
    kills: count('kills', values.kills),
    mutant: mutant?.name ?? null,
    only: values.only === undefined ? (mutant?.provokedBy ?? null) : new RegExp(values.only),
    report: values.report ?? null,
  };
}

function count(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new TypeError(`--${name} takes a whole number.`);
  }
  return Number(text);
}
