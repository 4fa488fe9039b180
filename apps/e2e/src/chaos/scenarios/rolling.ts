import { setTimeout as delay } from 'node:timers/promises';

import { type Evidence, readDatabase } from '../checks/evidence.js';
import { countWays, usedWays } from '../checks/ways.js';
import { Ledger } from '../ledger.js';
import { bodyOf, someBytes } from '../load/body.js';
import { Caller } from '../load/caller.js';
import type { Options } from '../options.js';
import { Random } from '../random.js';
import { type Report, say, type Verdict } from '../report.js';
import { System } from '../system/system.js';

/** Number of waiting clients. */
const CLIENTS = 40;
/** Number of restarts of each process. */
const ROUNDS = 4;
const WAIT_MS = 20_000;
const OK_TIMES = [0, 0, 30, 200, 1_000, 3_000];

/**
 * Restarts every API and worker in turn, with the shipped settings. Clients keep their connections, wait,
 * and repeat only calls whose connection was refused.
 *
 * @param options whether there is a Redis, and the seed
 */
export async function rolling(options: Options): Promise<Report> {
  const began = Date.now();
  const system = await System.start({
    ...{
      redis: options.redis,
      links: options.links,
      apis: 2,
      workers: 3,
      canary: 'no canary',
      settings: {},
    },
  });
  const ledger = new Ledger();
  const caller = new Caller(system.apis, system.project.keys.test, ledger);
  try {
    const stop = new AbortController();
    const random = new Random(options.seed);
    const clients = Array.from({ length: CLIENTS }, (_, n) =>
      wander(caller, random.fork(n), `c${n}`, stop.signal),
    );
    await delay(1_000);
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const service of system.services) {
        await service.restart('SIGTERM');
        await delay(300);
      }
      say(`  round ${round} of ${ROUNDS}: ${ledger.calls.length} calls`);
    }
    stop.abort();
    await Promise.all(clients);
    const database = await readDatabase(system);
    return {
      title: `Rolling restart under load, ${options.redis ? 'with' : 'without'} Redis`,
      verdicts: [
        ...judge(ledger, database),
        usedWays(countWays(database), { queued: !options.links, direct: options.links }),
      ],
      figures: {
        calls: ledger.calls.length,
        restarts: ROUNDS * system.services.length,
        'took (s)': Math.round((Date.now() - began) / 1000),
      },
      details: { options },
    };
  } finally {
    caller.close();
    await system.stop();
  }
}

/** Runs one client: waited requests, one after the other. */
async function wander(
  caller: Caller,
  random: Random,
  name: string,
  stop: AbortSignal,
): Promise<void> {
  for (let n = 0; !stop.aborted; n += 1) {
    const ms = random.pick(OK_TIMES);
    const wish = {
      ...{ tag: `${name}-${n}`, model: ms === 0 ? 'sim/ok' : `sim/slow:${ms}`, waitMs: WAIT_MS },
      ...{ key: null, bytes: someBytes(random), retryCount: 3, callTimeoutMs: 60_000 },
      onLost: 'fail' as const,
    };
    for (let refused = true; refused;) {
      const end = await caller.call({
        ...{ what: 'post', tag: wish.tag, key: null, method: 'POST' },
        ...{ path: '/v1/chat/completions', body: bodyOf(wish, 'hello') },
      });
      refused = end.kind === 'refused';
      if (refused) {
        await delay(20);
      }
    }
    await delay(random.integer(0, 50));
  }
}

function judge(
  ledger: Ledger,
  { requests, attempts }: Pick<Evidence, 'requests' | 'attempts'>,
): Verdict[] {
  const ends = ledger.calls.flatMap(({ tag, api, end }) =>
    end === null ? [] : [{ tag, api, end }],
  );
  const answers = ends.flatMap(({ tag, end }) =>
    end.kind === 'answer' ? [{ tag, ...end.told }] : [],
  );
  return [
    {
      name: 'no connection breaks',
      violations: ends.flatMap(({ tag, api, end }) =>
        end.kind === 'broken' ? [`${tag}: ${api}, ${end.code}`] : [],
      ),
    },
    {
      name: 'who waits gets its answer, or a 202 with its id',
      violations: answers
        .filter(({ status }) => status !== 200 && status !== 202)
        .map(({ tag, status, errorCode }) => `${tag}: ${status} ${errorCode ?? ''}`),
      note: `${answers.filter(({ status }) => status === 200).length} answers, ${
        answers.filter(({ status }) => status === 202).length
      } handles`,
    },
    {
      name: 'no request fails',
      violations: [...requests.values()]
        .filter(({ status }) => status !== 'completed')
        .map(({ id, status, error_code }) => `${id}: ${status} ${error_code ?? ''}`),
      note: `${requests.size} requests`,
    },
    {
      name: 'no attempt is lost or put back',
      violations: [...attempts.values()]
        .flat()
        .filter(({ outcome }) => outcome !== 'succeeded')
        .map(({ id, number, outcome }) => `${id}: attempt ${number} ${outcome}`),
    },
  ];
}
