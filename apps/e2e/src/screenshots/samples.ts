import { Client, chatBody } from '../harness/client.js';

/** Models for each state in which a request can appear. */
const MODELS = [
  'gpt-4o-mini',
  'sim/slow:400',
  'sim/429:retry-after=1,500,ok',
  'sim/503,ok',
  'sim/400:unsupported_value',
  'sim/401',
  'sim/429:insufficient_quota',
  'sim/reset,ok',
  'sim/slow:1500',
  'gpt-4o-mini',
];
const ROUNDS = 6;

/**
 * Sends requests of all kinds, some of which are still in progress afterwards.
 *
 * @param origin origin of the API
 * @param keys keys of the first project
 */
export async function sendSamples(
  origin: string,
  keys: { readonly live: string; readonly test: string },
): Promise<void> {
  const live = new Client(origin, keys.live);
  const test = new Client(origin, keys.test);
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(
      MODELS.map((model, index) =>
        (index % 4 === 3 ? test : live).chat(
          chatBody(model, {
            wait: false,
            ...(index % 3 === 0 && { metadata: { team: 'search', env: 'prod' } }),
          }),
        ),
      ),
    );
  }
  await live.chat(chatBody('sim/hang', { wait: false, timeout: { deadline: 600_000 } }));
  await live.chat(chatBody('sim/503:retry-after=300,ok', { wait: false }));
  // The last ones are retried until about now.
  const last = await live.chat(chatBody('sim/503,ok', { wait: true }));
  if (last.status !== 200) {
    throw new Error(`The samples were answered HTTP ${last.status}.`);
  }
}
