import { Agent, get } from 'node:http';

const EVERY_MS = 10;

/**
 * Begins to call a process's health check, one call after the other.
 *
 * @param origin origin of the API
 * @returns a function that ends the calls and returns the longest time to an answer, in ms
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
