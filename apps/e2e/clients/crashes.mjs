import assert from 'node:assert/strict';

import { SENTENCE } from './inputs.mjs';
import { startRelay } from './relay.mjs';

/** Time that the provider takes, in ms: enough to kill a process meanwhile. */
const ANSWER_MS = 2_000;
/** Pause between two looks at the database, in ms. */
const LOOK_MS = 20;

/**
 * A process that is killed while a stock SDK waits, which knows the base URL and the key and nothing else.
 *
 * @typedef {object} Crash
 * @property {string} name
 * @property {(cluster: Cluster, id: string) => Promise<import('../dist/harness/services.js').Service>} kill
 *   kills a process and returns it; `id` is the UUID of the request that is running
 * @property {number} posts calls that the client makes
 * @property {readonly string[]} outcomes of the attempts: one for each call of the provider
 *
 * @typedef {import('../dist/harness/cluster.js').Cluster} Cluster
 */

/** @type {readonly Crash[]} */
export const CRASHES = [
  {
    name: 'API killed before its answer',
    kill: async ({ apis: [api] }) => killed(api),
    posts: 2,
    outcomes: ['succeeded'],
  },
  {
    name: 'worker killed during its call',
    kill: async (cluster, id) => killed(await cluster.ownerOf(`rr_${id}`)),
    posts: 1,
    outcomes: ['lost', 'succeeded'],
  },
];

/** Settings with which the loss of a worker is noticed within seconds. */
export const CRASH_SETTINGS = {
  REQRUN_LEASE_MS: '4000',
  REQRUN_HEARTBEAT_MS: '500',
  REQRUN_REAP_MS: '500',
};

/**
 * Makes one plain call, kills a process meanwhile, and counts.
 *
 * @param {Crash} crash
 * @param {import('./adapter.mjs').Adapter} client
 * @param {Cluster} cluster with two APIs
 * @throws {Error} when the client gets no answer, or a call is made too often
 */
export async function surviveCrash({ kill, posts, outcomes }, client, cluster) {
  const [first, second] = cluster.apis;
  let api = first.origin;
  // A load balancer: whoever comes again gets an API that lives.
  const front = await startRelay(() => api);
  const back = await startRelay(new URL(cluster.simulator.url).origin);
  const provider = { baseUrl: `${back.origin}/v1`, apiKey: 'sk-simulated' };
  const { id: project, keys } = await cluster.addProject({ provider, settings: { wait: 'auto' } });
  try {
    const to = { baseURL: `${front.origin}/v1`, apiKey: keys.live, ...client.settings };
    const answer = client.plain(to, `sim/slow:${ANSWER_MS}`);
    answer.catch(() => undefined);
    const running = await untilRunning(cluster, project, back);
    api = second.origin;
    const lost = await kill(cluster, running);
    assert.equal(await answer, SENTENCE);
    await lost.start();
    const { rows } = await cluster.pool.query(
      `SELECT r.id, a.outcome FROM requests r JOIN attempts a ON a.request_id = r.id
       WHERE r.project_id = $1::uuid ORDER BY a.number`,
      [project],
    );
    assert.deepEqual(new Set(rows.map(({ id }) => id)), new Set([running]));
    assert.deepEqual(
      rows.map(({ outcome }) => outcome),
      outcomes,
    );
    const sent = front.take().filter(({ method }) => method === 'POST');
    const got = back.take().filter(({ method }) => method === 'POST');
    // A call whose API was killed has no answer, so the relay has not recorded it.
    assert.equal(sent.length, 1);
    assert.equal(Number(sent[0].headers['x-stainless-retry-count']), posts - 1);
    assert.equal(got.length, outcomes.length);
  } finally {
    front.close();
    back.close();
  }
}

async function killed(service) {
  service.kill('SIGKILL');
  await service.exited;
  return service;
}

/** Returns the UUID of a project's only request once the provider has its call. */
async function untilRunning({ pool }, project, back) {
  for (;;) {
    const { rows } = await pool.query(
      `SELECT id FROM requests WHERE project_id = $1::uuid AND status = 'processing'`,
      [project],
    );
    if (rows[0] !== undefined && back.arrived() > 0) {
      return rows[0].id;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
