import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Cluster } from './harness/cluster.js';

const run = promisify(execFile);
const COMMAND = join(import.meta.dirname, '../../launcher/dist/rotate-master-key.js');

describe('the master key', () => {
  let cluster: Cluster;
  const next = randomBytes(32).toString('hex');

  beforeAll(async () => {
    cluster = await Cluster.start({ redis: false, links: false });
  }, 240_000);
  afterAll(async () => {
    await cluster.stop();
  }, 240_000);

  /** Runs `npm run rotate-master-key`. */
  const rotate = async (settings: Readonly<Record<string, string>>): Promise<string> => {
    const { PATH = '' } = process.env;
    const env = { PATH, DATABASE_URL: cluster.database.connectionString, ...settings };
    return run(process.execPath, [COMMAND], { env }).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { stderr: string }).stderr,
    );
  };

  it('is replaced while requests are accepted, run and read, and the old one is then of no use', async () => {
    const { client } = cluster;
    const before = await client.wait('sim/ok');
    const id = String(before.headers['x-request-id']);
    const both = { REQRUN_MASTER_KEY: next, REQRUN_MASTER_KEY_PREVIOUS: cluster.masterKey };
    // Processes with the old key and with both run side by side, as in a rolling restart.
    const [api] = [await cluster.addApi(both), await cluster.addWorker(both)];
    const rolling = cluster.clientFor(cluster.project.keys.test, api);
    const mixed = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? client : rolling).wait('sim/ok')),
    );
    expect(mixed.map(({ status }) => status)).toEqual(Array(20).fill(200));
    for (const service of [cluster.api, cluster.worker]) {
      service.kill('SIGTERM');
      await service.exited;
    }

    const rotated = new AbortController();
    const load = (async () => {
      const statuses = new Set<number>();
      while (!rotated.signal.aborted) {
        statuses.add((await rolling.wait('sim/ok')).status);
      }
      return [...statuses];
    })();
    const said = await rotate(both);
    rotated.abort();
    expect(said).toMatch(/^\d+ keys and secrets were wrapped anew; all \d+ open with the new/);
    expect(await load).toEqual([200]);

    const last = await cluster.addApi({ REQRUN_MASTER_KEY: next });
    const alone = cluster.clientFor(cluster.project.keys.test, last);
    const read = await alone.get(`/v1/chat/completions/${id}`);
    expect(read.body).toEqual(before.body);
    expect((await alone.wait('sim/ok')).status).toBe(200);
  });

  it('is not rotated without the previous key, nor with a wrong one', async () => {
    expect(await rotate({ REQRUN_MASTER_KEY: next })).toContain('REQRUN_MASTER_KEY_PREVIOUS');
    const key = randomBytes(32).toString('hex');
    const wrong = { REQRUN_MASTER_KEY: key, REQRUN_MASTER_KEY_PREVIOUS: cluster.masterKey };
    expect(await rotate(wrong)).toContain('does not fit');
  });
});
