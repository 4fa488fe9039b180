import { startProvider } from '../children.js';
import { type Measurement, measureInTurns, warm } from '../measure.js';
import { startProduct } from '../product.js';
import type { Suite } from './suite.js';

/** Waited calls to an instant provider and to one of 50 ms, compared with direct calls of the same load. */
export const sync: Suite = async ({ runs, seconds, redis, say }) => {
  const rows: Measurement[] = [];
  for (const [delayMs, connections] of [
    [0, [1, 32, 128]],
    [50, [128]],
  ] as const) {
    const provider = await startProvider(delayMs);
    const product = await startProduct({ providerUrl: provider.baseUrl, redis });
    const target = { url: product.url, headers: product.headers, fields: { wait: true } };
    try {
      say('warming up');
      await warm({ ...target, promptBytes: 600, connections: 128 });
      for (const count of connections) {
        const name = `${delayMs === 0 ? 'instant' : `${delayMs} ms`} provider, ${count} clients`;
        const load = { promptBytes: 600, connections: count, seconds };
        say(`${name}, in turns`);
        const direct = {
          work: `direct, ${name}`,
          job: {
            ...load,
            url: `${provider.baseUrl}/chat/completions`,
            headers: {},
            fields: {},
          },
        };
        const waited = { work: `waited, ${name}`, job: { ...load, ...target }, product };
        rows.push(...(await measureInTurns([direct, waited], runs)));
      }
    } finally {
      await product.stop();
      await provider.stop();
    }
  }
  return rows;
};
