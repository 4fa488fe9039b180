import { startProvider } from '../children.js';
import { measure, type Measurement } from '../measure.js';
import { startProduct } from '../product.js';
import type { Suite } from './suite.js';

/** Waited calls against an instant provider and one of 50 ms, beside direct calls of the same load. */
export const sync: Suite = async ({ runs, seconds, redis, say }) => {
  const rows: Measurement[] = [];
  for (const [delayMs, connections] of [
    [0, [1, 32, 128]],
    [50, [128]],
  ] as const) {
    const provider = await startProvider(delayMs);
    const product = await startProduct({ providerUrl: provider.baseUrl, redis });
    try {
      for (const count of connections) {
        const name = `${delayMs === 0 ? 'instant' : `${delayMs} ms`} provider, ${count} clients`;
        const load = { promptBytes: 600, connections: count, seconds };
        say(`${name}: direct`);
        const direct = await measure({
          work: `direct, ${name}`,
          job: {
            ...load,
            url: `${provider.baseUrl}/chat/completions`,
            headers: {},
            fields: {},
          },
          runs,
        });
        say(`${name}: waited`);
        const waited = await measure({
          work: `waited, ${name}`,
          job: { ...load, url: product.url, headers: product.headers, fields: { wait: true } },
          product,
          direct: direct.perSecond,
          runs,
        });
        rows.push(direct, waited);
      }
    } finally {
      await product.stop();
      await provider.stop();
    }
  }
  return rows;
};
