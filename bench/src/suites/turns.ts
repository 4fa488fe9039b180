import { resolve } from 'node:path';

import { UsageError } from '../arguments.js';
import { startProvider } from '../children.js';
import { type Load, type Measurement, measureInTurns, warm } from '../measure.js';
import { type Product, startProduct } from '../product.js';
import type { Suite } from './suite.js';

/** Numbers of clients that wait. */
const CONNECTIONS = [1, 128] as const;

/**
 * Waited calls through the product of another checkout and through this one: what a change costs. Each product
 * runs first once and second once per turn, because the second of two runs is a little faster than the first.
 */
export const turns: Suite = async ({ runs, seconds, redis, baseline, say }) => {
  if (baseline === undefined) {
    throw new UsageError('The suite "turns" needs --baseline FOLDER: another checkout, built.');
  }
  const rows: Measurement[] = [];
  const provider = await startProvider(0);
  const start = (checkout?: string): Promise<Product> =>
    startProduct({ providerUrl: provider.baseUrl, redis, checkout });
  const before = await start(resolve(baseline));
  const after = await start();
  const jobOf = ({ url, headers }: Product, connections: number) => ({
    ...{ url, headers, fields: { wait: true } },
    ...{ promptBytes: 600, connections, seconds },
  });
  try {
    say('warming up');
    for (const product of [before, after]) {
      await warm(jobOf(product, 128));
    }
    for (const connections of CONNECTIONS) {
      say(`${connections} clients, in turns`);
      const load = (name: string, product: Product): Load => ({
        work: `${name}, ${connections} clients`,
        job: jobOf(product, connections),
        product,
      });
      rows.push(
        ...(await measureInTurns(
          [
            load('before', before),
            load('after', after),
            load('after again', after),
            load('before again', before),
          ],
          runs,
        )),
      );
    }
  } finally {
    await after.stop();
    await before.stop();
    await provider.stop();
  }
  return rows;
};
