import { startProvider } from '../children.js';
import { measure, type Measurement, warm } from '../measure.js';
import { startProduct } from '../product.js';
import type { Suite } from './suite.js';

/** Waited calls with large prompts. */
export const sizes: Suite = async ({ runs, seconds, redis, say }) => {
  const provider = await startProvider(0);
  const product = await startProduct({ providerUrl: provider.baseUrl, redis });
  const rows: Measurement[] = [];
  try {
    const job = {
      url: product.url,
      headers: product.headers,
      fields: { wait: true },
      connections: 32,
    };
    say('warming up');
    await warm({ ...job, promptBytes: 32 * 1024 });
    for (const kib of [32, 256]) {
      say(`prompts of ${kib} KiB`);
      rows.push(
        await measure({
          work: `waited, prompts of ${kib} KiB, 32 clients`,
          job: { ...job, promptBytes: kib * 1024, seconds },
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
