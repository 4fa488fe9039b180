import { FAILPOINTS } from '@reqrun/platform/failpoints';

import { mutantSettings, prepareMutant } from '../mutants/apply.js';
import type { Options } from '../options.js';
import { type Report, say, type Verdict } from '../report.js';
import { System } from '../system/system.js';
import { API_PLACES } from './failpoints/api-places.js';
import { DIRECT_PLACES } from './failpoints/direct-places.js';
import { Lab, Missed, type Place } from './failpoints/lab.js';
import { CACHE_PLACES } from './failpoints/cache-places.js';
import { STREAM_PLACES } from './failpoints/stream-places.js';
import { WORKER_PLACES } from './failpoints/worker-places.js';

const SETTINGS = {
  REQRUN_LEASE_MS: '1500',
  REQRUN_HEARTBEAT_MS: '300',
  REQRUN_REAP_MS: '400',
  REQRUN_POLL_MS: '500',
  REQRUN_SHUTDOWN_GRACE_MS: '200',
};
/** Kills that missed their moment and may be repeated, per required kill. */
const MISSES_PER_KILL = 2;

/**
 * Kills processes at every failpoint, and compares the consequences with the crash table.
 *
 * @param options number of kills per failpoint
 */
export async function failpoints(options: Options): Promise<Report> {
  const began = Date.now();
  const system = await System.start({
    ...{ redis: options.redis, links: options.links, apis: 2, workers: 3, canary: 'no canary' },
    settings: { ...SETTINGS, ...mutantSettings(options.mutant) },
  });
  try {
    await prepareMutant(options.mutant, system.pool);
    const lab = new Lab(system);
    const all = [
      ...[...API_PLACES, ...WORKER_PLACES, ...CACHE_PLACES],
      ...[...STREAM_PLACES, ...DIRECT_PLACES],
    ];
    const places = all.filter(({ directly }) => options.links || directly !== true);
    const verdicts: Verdict[] = [];
    for (const place of places) {
      verdicts.push(await killAt(lab, place, options.kills));
    }
    const forgotten = FAILPOINTS.filter((name) => !all.some(({ place }) => place === name));
    verdicts.push({ name: 'every place is tried', violations: forgotten });
    const kills = places.length * options.kills;
    return {
      title: `Failpoints: ${options.kills} kills at each of ${places.length} places, ${options.redis ? 'with' : 'without'} Redis`,
      verdicts,
      figures: { kills, 'took (s)': Math.round((Date.now() - began) / 1000) },
      details: { options },
    };
  } finally {
    await system.stop();
  }
}

async function killAt(
  lab: Lab,
  { place, directly, when, promise, kill }: Place,
  kills: number,
): Promise<Verdict> {
  const how = directly === true ? 'started directly' : when;
  const name = how === undefined ? place : `${place}, ${how}`;
  const violations: string[] = [];
  let misses = 0;
  for (let n = 0; n < kills;) {
    await lab.everybodyUp();
    try {
      violations.push(...(await kill(lab, n)));
      n += 1;
    } catch (error) {
      misses += 1;
      if (!(error instanceof Missed) || misses > kills * MISSES_PER_KILL) {
        throw error;
      }
    }
  }
  say(`  ${name}: ${kills} kills, ${misses} missed their moment, ${violations.length} deviations`);
  return { name, violations, note: promise };
}
