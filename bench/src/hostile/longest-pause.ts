import { Agent, get } from 'node:http';

const EVERY_MS = 10;

/**
 * Begins to ask a process whether it is alive, one call after the other.
 *
 * @param origin of the API
 * @returns asked at the end: ends it, and gives the longest time to an answer in ms
 */
export function watchPauses(origin: string): () => Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let longest = 0;
  let ended = false;
  const ask = (): Promise<void> =>
    new Promise((resolve, reject) => {
      get(`${origin}/health/live`, { agent }, (answer) =>
        answer.resume().once('end', resolve),
      ).once('error', reject);
    });
  const run = async (): Promise<void> => {
    while (!ended) {
      const began = performance.now();
      await ask();
      longest = Math.max(longest, performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  };
  const running = run();
  return async () => {
    ended = true;
    await running;
    agent.destroy();
    return longest;
  };
}
