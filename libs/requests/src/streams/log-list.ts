import { type Pool, run } from '@reqrun/platform/database';

import { READ_LOGS } from '../sql/streams.js';

/** The logs of requests. */
export class LogList {
  /** @param pool the database */
  constructor(private readonly pool: Pool) {}

  /**
   * Numbers of the logs of a request that have frames, in their order.
   *
   * @param id UUID of the request
   * @throws DatabaseError
   */
  async of(id: string): Promise<number[]> {
    const rows = await run<{ log: number }>(this.pool, { name: 'streams-logs', text: READ_LOGS }, [
      id,
    ]);
    return rows.map(({ log }) => log);
  }
}
