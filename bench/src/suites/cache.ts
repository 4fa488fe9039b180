import { startProvider } from '../children.js';
import { type Measurement, measureInTurns, warm } from '../measure.js';
import { startProduct } from '../product.js';
import type { Suite } from './suite.js';

/** Numbers of clients. */
const CONNECTIONS = [1, 32] as const;

/**
 * Waited calls to an instant provider: without the cache, with the cache and without an entry, and with one. The
 * provider is instant, so that what is compared is the work of the product alone.
 */
export const cache: Suite = async ({ runs, seconds, redis, say }) => {
  const rows: Measurement[] = [];
  const provider = await startProvider(0);
  const product = await startProduct({ providerUrl: provider.baseUrl, redis });
  const target = { url: product.url, headers: product.headers, promptBytes: 600 };
  const under = { wait: true, cache: { type: 'exact_match' } };
  try {
    say('warming up');
    await warm({ ...target, fields: under, connections: 32 });
    await warm({ ...target, fields: { wait: true }, connections: 32 });
    for (const connections of CONNECTIONS) {
      say(`${connections} clients, in turns`);
      const job = { ...target, connections, seconds };
      const of = (work: string): string => `${work}, ${connections} clients`;
      rows.push(
        ...(await measureInTurns(
          [
            { work: of('no cache'), job: { ...job, fields: { wait: true } }, product },
            { work: of('miss'), job: { ...job, fields: under, unique: true }, product },
            { work: of('hit'), job: { ...job, fields: under }, product },
          ],
          runs,
        )),
      );
    }
  } finally {
    await product.stop();
    await provider.stop();
  }
  return rows;
};
