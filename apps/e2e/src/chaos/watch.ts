import { readdir, readFile } from 'node:fs/promises';

import type { Pool } from '@reqrun/platform/database';

import type { Ledger } from './ledger.js';
import type { System } from './system/system.js';

/** Numbers of records at one time. */
export interface Sample {
  /** Time in Unix ms. */
  readonly at: number;
  /** Requests that clients knew to be accepted before the query. */
  readonly least: number;
  /** Requests known to be accepted after the query, and all posts whose answer is unknown. */
  readonly most: number;
  /** Records by status. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Resources that a process holds. */
export interface Footprint {
  readonly name: string;
  readonly residentBytes: number;
  readonly descriptors: number;
  readonly connections: number;
  /** Calls in flight and waiting clients, by the process's own count. */
  readonly stillBusy: number;
}

/**
 * Takes a sample; null when the database does not answer.
 *
 * @param pool the database, without proxies
 * @param ledger ledger of the clients' calls
 */
export async function takeSample(pool: Pool, ledger: Ledger): Promise<Sample | null> {
  const least = ledger.accepted;
  const known = ledger.accepted + ledger.inDoubt();
  try {
    const { rows } = await pool.query<{ status: string; count: number }>(
      'SELECT status::text, count(*)::int AS count FROM requests GROUP BY status',
    );
    return {
      at: Date.now(),
      least,
      most: Math.max(known, ledger.accepted + ledger.inDoubt()),
      counts: Object.fromEntries(rows.map(({ status, count }) => [status, count])),
    };
  } catch {
    return null;
  }
}

/**
 * Measures the resources that each process holds.
 *
 * @param system the system under test
 */
export async function takeFootprints(system: System): Promise<Footprint[]> {
  const { rows } = await system.pool.query<{ name: string; count: number }>(
    `SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() GROUP BY 1`,
  );
  const connections = (kind: string): number =>
    rows
      .filter(({ name }) => name.startsWith(`reqrun-${kind}`))
      .reduce((sum, row) => sum + row.count, 0);
  return Promise.all(
    system.services.map(async (service) => {
      const status = await readFile(`/proc/${service.pid ?? 0}/status`, 'utf8').catch(() => '');
      const open = await readdir(`/proc/${service.pid ?? 0}/fd`).catch(() => []);
      const metrics = await service.metrics().catch(() => '');
      return {
        name: service.name,
        residentBytes: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024,
        descriptors: open.length,
        connections: connections(service.kind),
        stillBusy: Number(
          /^reqrun_\w*(?:in_flight|waiting)\w*(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1] ?? 0,
        ),
      };
    }),
  );
}
