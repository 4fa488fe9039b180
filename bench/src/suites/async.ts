import { startProvider } from '../children.js';
import { measure, warm } from '../measure.js';
import { startProduct } from '../product.js';
import { drained } from './drained.js';
import type { Suite } from './suite.js';

const DRAIN_CALLS = 5_000;

/** Acceptance alone, and the time until 5,000 accepted requests have ended. */
export const asynchronous: Suite = async ({ runs, seconds, redis, say }) => {
  const provider = await startProvider(0);
  const product = await startProduct({ providerUrl: provider.baseUrl, redis });
  const job = {
    url: product.url,
    headers: product.headers,
    fields: {},
    promptBytes: 600,
    connections: 64,
  };
  try {
    say('warming up');
    await warm(job);
    await drained(product);
    say('accepting, 64 clients');
    const accepting = await measure({
      work: 'accepted, 64 clients',
      job: { ...job, seconds },
      product,
      runs,
      settle: () => drained(product),
    });
    say(`accepting and finishing ${DRAIN_CALLS}`);
    let began = 0;
    const ends: number[] = [];
    const draining = await measure({
      work: `accepted until finished, ${DRAIN_CALLS} requests`,
      job: { ...job, seconds: 60, calls: DRAIN_CALLS },
      product,
      runs,
      settle: async () => {
        began = performance.now();
        await drained(product);
        ends.push((performance.now() - began) / 1000);
      },
    });
    ends.sort((a, b) => a - b);
    say(
      `after the last of ${DRAIN_CALLS} was accepted: ${(ends[ends.length >> 1] ?? 0).toFixed(2)} s until all were finished`,
    );
    return [accepting, draining];
  } finally {
    await product.stop();
    await provider.stop();
  }
};
