import { requestIdFromUuid } from '@reqrun/contracts';

import { openStream } from '../../harness/stream-client.js';
import type { Ledger } from '../ledger.js';
import type { System } from '../system/system.js';
import { grouped, type StoredLog } from './evidence.js';

/**
 * Reads the logs of the streams that clients read, as they are at rest. Of a log that died, the first frame cannot be
 * asked for.
 *
 * @param system the system under test
 * @param ledger the clients' ledger
 */
export async function readLogs(
  { pool, apis, project }: System,
  ledger: Ledger,
): Promise<ReadonlyMap<string, readonly StoredLog[]>> {
  const ids = [...new Set(ledger.streams.map(({ id }) => id.slice(3)))];
  const { rows } = await pool.query<{ id: string; log: number; is_result: boolean | null }>(
    `SELECT r.id, a.log, a.log = r.result_log AS is_result
     FROM requests r JOIN attempts a ON a.request_id = r.id
     WHERE r.id = ANY($1::uuid[]) AND a.log IS NOT NULL`,
    [ids],
  );
  const logs: StoredLog[] = [];
  for (const { id, log, is_result: isResult } of rows) {
    const publicId = requestIdFromUuid(id);
    const query = isResult === true ? '' : `?starting_after=${log}-0`;
    const path = `/v1/requests/${publicId}/stream${query}`;
    const stream = await openStream(apis[0]?.origin ?? '', project.keys.test, { path });
    await stream.ended;
    logs.push({
      ...{ id: publicId, log, isResult: isResult === true },
      shown: new Map(stream.frames.map((frame) => [frame.id, frame.bytes])),
    });
  }
  return grouped(logs, ({ id }) => id);
}
