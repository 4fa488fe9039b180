import { setTimeout as delay } from 'node:timers/promises';

import { type AsyncHandle } from '@reqrun/contracts';

import { chatBody, Client, jsonOf } from '../../harness/client.js';
import type { System } from '../system/system.js';

/**
 * Submits requests whose callers do not wait, to the APIs in turns.
 *
 * @param system the system under test
 * @param model script of the simulator
 * @param count number of requests
 * @param fields further fields of the bodies
 * @returns UUIDs of the requests
 */
export async function submit(
  system: System,
  model: string,
  count: number,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string[]> {
  const origins = system.apis.map(({ origin }) => origin);
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const client = new Client(origins[n % origins.length] ?? '', system.project.keys.test);
      const answer = await client.chat(chatBody(model, { retry: { count: 5 }, ...fields }));
      return jsonOf<AsyncHandle>(answer).id.slice(3);
    }),
  );
}

/**
 * Resolves when every request has ended.
 *
 * @param system the system under test
 */
export async function settled({ pool }: System): Promise<void> {
  for (;;) {
    const open = await pool
      .query(`SELECT 1 FROM requests WHERE status IN ('queued', 'processing', 'retrying') LIMIT 1`)
      .catch(() => null);
    if (open?.rows.length === 0) {
      return;
    }
    await delay(50);
  }
}
