import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { makeRunFolder, postgresIn } from '@reqrun/platform/testing';

import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { Cluster } from './harness/cluster.js';
import { eventually } from './harness/eventually.js';
import { OwnPostgres } from './harness/own-postgres.js';

/** Size of the disk: what a new database asks for, and some more. */
const SIZE_MIB = 720;
const MIB = 1024 * 1024;
const PROGRAMS = { mount: 'mount', umount: 'umount' };

/** Mounts a small disk; only root can. */
function mountedAt(folder: string): boolean {
  try {
    execFileSync(
      PROGRAMS.mount,
      ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m,mode=755`, 'tmpfs', folder],
      {
        stdio: 'ignore',
      },
    );
    return true;
  } catch {
    return false;
  }
}

const folder = await makeRunFolder('disk');
const isMounted = mountedAt(folder);
const describeOnSmallDisk = isMounted ? describe : describe.skip;
const reason = isMounted ? '' : ' (skipped: only root can mount a small disk)';

describeOnSmallDisk(`a PostgreSQL whose disk is full${reason}`, () => {
  let postgres: OwnPostgres;
  let cluster: Cluster;

  beforeAll(async () => {
    mkdirSync(postgresIn(folder), { recursive: true });
    postgres = await OwnPostgres.start(postgresIn(folder));
    cluster = await Cluster.start({ redis: false, workers: 2, database: postgres });
  }, 240_000);
  afterAll(async () => {
    // Undefined where the start has failed.
    await (cluster as Cluster | undefined)?.stop();
    execFileSync(PROGRAMS.umount, ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  const ballast = join(folder, 'ballast');
  /** Leaves so many bytes. */
  const fillUpTo = async (left: number): Promise<void> => {
    const { bavail, bsize } = statfsSync(folder);
    const file = await open(ballast, 'a');
    const block = Buffer.alloc(MIB);
    for (let bytes = bavail * bsize - left; bytes > 0; bytes -= MIB) {
      await file.write(block, 0, Math.min(MIB, bytes));
    }
    await file.close();
  };

  it('refuses with 503 and loses nothing; what was accepted completes when there is room again', async () => {
    const { client } = cluster;
    // Random text does not compress away.
    const large = Array.from({ length: 40_000 }, () => Math.random().toString(36)).join(' ');
    const body = chatBody('sim/ok', { messages: [{ role: 'user', content: large }] });
    const accepted: string[] = [];
    const refused: [number, string | null][] = [];

    await fillUpTo(4 * MIB);
    while (refused.length < 5) {
      const answer = await client.chat(body);
      if (answer.status === 202) {
        accepted.push(jsonOf<{ id: string }>(answer).id);
      } else {
        refused.push([answer.status, errorOf(answer).code]);
        expect(answer.headers['x-should-retry']).toBe('true');
      }
    }
    expect(new Set(refused.map(([status]) => status))).toEqual(new Set([503]));

    await rm(ballast);
    // A server that could not write its log has ended, and whoever supervises it starts it again.
    await postgres.startAgain();
    await eventually(
      () => client.get('/health/ready'),
      ({ status }) => status === 200,
    );
    for (const id of accepted) {
      expect([id, (await client.untilEnded(id)).status]).toEqual([id, 'completed']);
    }
    const next = await client.submit('sim/ok');
    expect((await client.untilEnded(next)).status).toBe('completed');
  }, 240_000);
});
