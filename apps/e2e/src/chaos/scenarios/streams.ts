import {
  killAmidStreams,
  NotBegun,
  type StreamDeaths,
  STREAMS_PER_ROUND,
  type Victim,
} from '../../harness/stream-deaths.js';
import type { Options } from '../options.js';
import { Random } from '../random.js';
import { type Report, say, type Verdict } from '../report.js';
import type { Supervised } from '../system/supervised.js';
import { System } from '../system/system.js';

const SETTINGS = {
  REQRUN_LEASE_MS: '3000',
  REQRUN_HEARTBEAT_MS: '300',
  REQRUN_REAP_MS: '300',
  REQRUN_POLL_MS: '500',
};
/** Latest frame of the fastest stream after which a kill comes. */
const LAST_FRAME = 38;
/** Processes of each kind that must be ready for a round: one of them dies. */
const READY = 2;
/** Kills of processes for each restart of a store. */
const KILLS_PER_RESTART = 10;
const MAX_DOWN_MS = 500;
/** Times that a round is begun again. */
const MAX_TRIES = 5;

/** Something that dies in the middle of streams. */
interface Death {
  readonly name: string;
  readonly victim: Victim;
  readonly times: number;
  /**
   * Kills it.
   *
   * @param api the API whose streams are read
   * @param ids public ids of their requests
   */
  readonly kill: (api: Supervised, ids: readonly string[]) => unknown;
}

/**
 * Kills APIs and workers in the middle of streams, at frames that the seed chooses, restarts PostgreSQL and empties
 * Redis, and compares what every reader received with what it is promised.
 *
 * @param options number of kills of each kind of process
 */
export async function streams(options: Options): Promise<Report> {
  const began = Date.now();
  const random = new Random(options.seed);
  const system = await System.start({
    ...{ redis: options.redis, links: options.links, apis: 3, workers: 3, canary: 'no canary' },
    settings: SETTINGS,
  });
  try {
    const deaths = deathsIn(system, options, random);
    const outcomes = deaths.map((): StreamDeaths[] => []);
    const rounds = deaths.flatMap(({ times }, kind) =>
      Array.from({ length: times }, (_, n) => ({ kind, at: (n + 0.5) / times })),
    );
    // The kinds take turns, so that a run that is cut short has tried all of them.
    for (const [n, { kind }] of rounds.sort((a, b) => a.at - b.at).entries()) {
      const death = deaths[kind];
      if (death !== undefined) {
        const outcome = await round(system, death, `${options.seed}-${n}`, random);
        outcome.violations.forEach((line) => say(`  ${death.name}: ${line}`));
        outcomes[kind]?.push(outcome);
      }
      const done = deaths.map(({ name }, k) => `${outcomes[k]?.length ?? 0} × ${name}`);
      say(`${Math.round((Date.now() - began) / 1000)} s  ${done.join(', ')}`);
    }
    return {
      title: `Streams while something dies, ${options.redis ? 'with' : 'without'} Redis`,
      verdicts: [
        ...deaths.map((death, kind) => verdictOf(death, outcomes[kind] ?? [])),
        {
          name: 'no process ended by itself',
          violations: system.services.flatMap(({ ownEnds }) =>
            ownEnds.map(({ name, code, said }) => `${name} ended with ${code}: ${said}`),
          ),
        },
      ],
      figures: {
        deaths: rounds.length,
        streams: rounds.length * STREAMS_PER_ROUND,
        'took (s)': Math.round((Date.now() - began) / 1000),
      },
      details: { options },
    };
  } finally {
    await system.stop();
  }
}

function deathsIn(system: System, { kills, redis }: Options, random: Random): readonly Death[] {
  const restarts = Math.ceil(kills / KILLS_PER_RESTART);
  return [
    {
      ...{ name: 'kill -9 of the API', victim: 'api', times: kills },
      kill: (api) => api.signal('SIGKILL'),
    },
    {
      ...{ name: 'kill -9 of the worker', victim: 'worker', times: kills },
      kill: async (_api, ids) => (await ownerOf(system, ids)).signal('SIGKILL'),
    },
    {
      ...{ name: 'restart of PostgreSQL', victim: 'store', times: restarts },
      kill: () => system.postgres.restart(random.integer(0, MAX_DOWN_MS)),
    },
    {
      ...{ name: 'loss of all of Redis', victim: 'store', times: redis ? restarts : 0 },
      kill: () => (random.chance(0.5) ? system.redis?.flush() : system.redis?.restart('lost')),
    },
  ];
}

async function round(
  system: System,
  death: Death,
  name: string,
  random: Random,
  tries = MAX_TRIES,
): Promise<StreamDeaths> {
  const { victim, kill } = death;
  const [one, two] = await ready(system.apis);
  await ready(system.workers);
  if (one === undefined || two === undefined) {
    throw new Error('There are not so many APIs.');
  }
  return killAmidStreams({
    ...{ name, victim, key: system.project.keys.test },
    apis: [one.origin, two.origin],
    killAfter: random.integer(0, LAST_FRAME),
    kill: (ids) => kill(one, ids),
  }).catch((error: unknown) => {
    if (!(error instanceof NotBegun) || tries === 0) {
      throw error;
    }
    // The supervisor had not noticed yet that a process has ended.
    return round(system, death, `${name}-again`, random, tries - 1);
  });
}

/** Resolves with the services that are ready, those that were started last at the end. */
async function ready(services: readonly Supervised[]): Promise<readonly Supervised[]> {
  for (;;) {
    const up = services.filter((service) => service.up);
    if (up.length >= READY) {
      return up.toSorted((a, b) => a.runs - b.runs);
    }
    await Promise.race(
      services.filter(({ up: isUp }) => !isUp).map((service) => service.untilReady(service.runs)),
    );
  }
}

/** Returns the worker that runs one of the requests. */
async function ownerOf(system: System, ids: readonly string[]): Promise<Supervised> {
  const { rows } = await system.pool.query<{ owner: string }>(
    'SELECT lease_owner AS owner FROM requests WHERE id = ANY($1::uuid[]) AND lease_owner IS NOT NULL',
    [ids.map((id) => id.slice(3))],
  );
  const owners = new Set(rows.map(({ owner }) => owner));
  const running = system.workers.find(({ workerIds }) => workerIds.some((id) => owners.has(id)));
  // All of them may have just ended.
  const [any] = system.workers;
  if (any === undefined) {
    throw new Error('There is no worker.');
  }
  return running ?? any;
}

function verdictOf({ name, times }: Death, outcomes: readonly StreamDeaths[]): Verdict {
  const sum = (of: (outcome: StreamDeaths) => number): number =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    name: `${name}, ${times} times`,
    violations: outcomes.flatMap(({ violations }) => violations),
    note:
      `${sum(({ cut }) => cut)} of ${times * STREAMS_PER_ROUND} readers cut off, ` +
      `${sum(({ resumed }) => resumed)} came back to their log, ` +
      `${sum(({ superseded }) => superseded)} to one that had died`,
  };
}
