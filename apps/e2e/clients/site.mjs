import { startRelay } from './relay.mjs';

/**
 * Environment of one client: its own projects on the live cluster, and recordings of all traffic on
 * both sides of ReqRun.
 *
 * @typedef {object} Site
 * @property {import('./adapter.mjs').Connection} waiting to a project whose `default_wait` is auto
 * @property {import('./adapter.mjs').Connection} notWaiting to one without
 * @property {() => { sent: import('./relay.mjs').RecordedCall[], got: import('./relay.mjs').RecordedCall[] }}
 *   take the chat completions since its last call: as the client sent them, and as the provider got
 *   them
 * @property {(id: string) => Promise<{ status: string }>} ended the record of a request of the
 *   project without `default_wait`, as soon as the request has ended
 * @property {() => void} close
 */

/**
 * Starts a relay before the API and one before the simulator.
 *
 * @param {import('../dist/harness/cluster.js').Cluster} cluster
 * @returns {Promise<Site>}
 */
export async function startSite(cluster) {
  const front = await startRelay(cluster.baseUrl);
  const back = await startRelay(new URL(cluster.simulator.url).origin);
  const provider = { baseUrl: `${back.origin}/v1`, apiKey: 'sk-simulated' };
  const [waits, doesNot] = [
    await cluster.addProject({ provider, settings: { wait: 'auto' } }),
    await cluster.addProject({ provider, defaultWait: false }),
  ];
  const baseURL = `${front.origin}/v1`;
  return {
    waiting: { baseURL, apiKey: waits.keys.live },
    notWaiting: { baseURL, apiKey: doesNot.keys.live },
    take: () => ({
      sent: front.take().filter(({ method }) => method === 'POST'),
      got: back.take().filter(({ method }) => method === 'POST'),
    }),
    ended: (id) => cluster.clientFor(doesNot.keys.live).untilEnded(id),
    close: () => {
      front.close();
      back.close();
    },
  };
}
