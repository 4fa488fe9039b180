import { Agent, type ClientRequest, request } from 'node:http';

import type { Product } from '../product.js';

const LOOK_EVERY_MS = 50;
const AT_ONCE = 100;

/**
 * Opens streams that say nothing. Resolves when all of them run.
 *
 * @param product the product
 * @param count number of streams, a multiple of 100
 * @returns closes them, which cancels their requests
 */
export async function openIdle(product: Product, count: number): Promise<() => Promise<void>> {
  const agent = new Agent({ maxSockets: Infinity });
  const before = await product.openRequests();
  const body = JSON.stringify({
    model: 's1r0',
    ...{ stream: true, cancel_on_disconnect: true },
    timeout: { call_timeout: 600_000, deadline: 600_000 },
    messages: [{ role: 'user', content: 'x'.repeat(600) }],
  });
  const open: ClientRequest[] = [];
  let failed = 0;
  for (let n = 1; n <= count; n += 1) {
    const sent = request(product.url, {
      method: 'POST',
      agent,
      headers: { ...product.headers, 'content-type': 'application/json' },
    });
    sent.on('response', (response) => {
      failed += response.statusCode === 200 ? 0 : 1;
      response.on('error', () => undefined).resume();
    });
    sent.on('error', () => undefined);
    sent.end(body);
    open.push(sent);
    // Many at once would be refused: that is another benchmark.
    while (n % AT_ONCE === 0 && (await product.openRequests()) < before + n) {
      if (failed > 0) {
        throw new Error(`${failed} idle streams were refused`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
  return async () => {
    open.forEach((sent) => sent.destroy());
    agent.destroy();
    while ((await product.openRequests()) > before) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
}
