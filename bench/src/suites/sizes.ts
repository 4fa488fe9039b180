import { startProvider } from '../children.js';
import { measure, type Measurement } from '../measure.js';
import { startProduct } from '../product.js';
import type { Suite } from './suite.js';

/** Waited calls with large prompts. */
export const sizes: Suite = async ({ runs, seconds, redis, say }) => {
  const provider = await startProvider(0);
  const product = await startProduct({ providerUrl: provider.baseUrl, redis });
  const rows: Measurement[] = [];
  try {
    for (const kib of [32, 256]) {
      say(`prompts of ${kib} KiB`);
      rows.push(
        await measure({
          work: `waited, prompts of ${kib} KiB, 32 clients`,
          job: {
            url: product.url,
            headers: product.headers,
            fields: { wait: true },
            promptBytes: kib * 1024,
            connections: 32,
            seconds,
          },
          product,
          runs,
        }),
      );
    }
    return rows;
  } finally {
    await product.stop();
    await provider.stop();
  }
};
