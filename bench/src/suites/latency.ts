import { startProvider } from '../children.js';
import { measure, type Measurement } from '../measure.js';
import { startProduct } from '../product.js';
import { drained } from './drained.js';
import type { Suite } from './suite.js';

/** Rates of the load, as shares of the rate of a closed loop. */
const SHARES = [0.5, 0.8];
/** More connections than calls in flight below saturation, so that no call waits for a connection. */
const CONNECTIONS = 512;

/**
 * Calls at a fixed rate, independent of the server's speed. Latency counts from the time at which a call
 * was due, so that a stall shows in every call that it delayed (no coordinated omission).
 */
export const latency: Suite = async ({ runs, seconds, redis, say }) => {
  const provider = await startProvider(0);
  const product = await startProduct({ providerUrl: provider.baseUrl, redis });
  const rows: Measurement[] = [];
  try {
    for (const [name, fields] of [
      ['waited', { wait: true }],
      ['accepted', {}],
    ] as const) {
      const job = {
        url: product.url,
        headers: product.headers,
        fields,
        promptBytes: 600,
        connections: CONNECTIONS,
        seconds,
      };
      const settle = (): Promise<void> => drained(product);
      say(`${name}: closed loop, for its rate`);
      const closed = await measure({
        work: `${name}, closed loop, 64 clients`,
        job: { ...job, connections: 64 },
        product,
        runs,
        settle,
      });
      rows.push(closed);
      for (const share of SHARES) {
        const ratePerSecond = Math.round(closed.perSecond * share);
        say(`${name}: open loop at ${ratePerSecond}/s`);
        rows.push(
          await measure({
            work: `${name}, open loop, ${share * 100} % of that`,
            job: { ...job, ratePerSecond },
            product,
            runs,
            settle,
          }),
        );
      }
    }
    return rows;
  } finally {
    await product.stop();
    await provider.stop();
  }
};
