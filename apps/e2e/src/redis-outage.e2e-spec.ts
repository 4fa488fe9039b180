import { describeWithRedis } from '@reqrun/platform/testing';

import { jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { useCluster } from './harness/transports.js';

describeWithRedis('without its Redis, in the middle of work', () => {
  const cluster = useCluster({ redis: true, workers: 2 });
  const redis = () => cluster().redis!;

  const signals = async (): Promise<string> =>
    jsonOf<{ signals: string }>(await cluster().client.get('/health/ready')).signals;

  it('requests are accepted, run and retried while it is stopped, and go on when it is back', async () => {
    const before = await cluster().client.submit('sim/500:retry-after-ms=800,ok');
    await cluster().client.until(before, 'retrying');
    await redis().stop();
    await eventually(signals, (state) => state === 'unavailable');
    expect((await cluster().client.get('/health/ready')).status).toBe(200);

    const waited = await cluster().client.wait(
      'sim/429:retry-after-ms=200,500:retry-after-ms=1,ok',
    );
    expect(waited.status).toBe(200);
    expect(waited.headers['x-reqrun-attempts']).toBe('3');
    expect(await cluster().client.untilEnded(before)).toMatchObject({ status: 'completed' });

    const across = await cluster().client.submit('sim/500:retry-after-ms=500,ok');
    await redis().restart();
    await eventually(signals, (state) => state === 'ok');
    expect(await cluster().client.untilEnded(across)).toMatchObject({ status: 'completed' });
    expect((await cluster().client.wait('sim/429:retry-after-ms=50,ok')).status).toBe(200);
  });

  it('a running call is aborted by cancel while it is stopped, at the next heartbeat', async () => {
    await redis().stop();
    const id = await cluster().client.submit('sim/hang');
    await cluster().simulator.untilCalled(id);
    expect((await cluster().client.cancel(id)).status).toBe(200);
    expect(await cluster().simulator.untilQuiet(id)).toMatchObject([{ aborted: true }]);
    await redis().restart();
    await eventually(signals, (state) => state === 'ok');
  });

  it('FLUSHALL in the middle of retries loses none of them', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => cluster().client.submit('sim/503:retry-after-ms=3000,ok')),
    );
    await Promise.all(ids.map((id) => cluster().client.until(id, 'retrying')));
    await redis().flush();
    for (const id of ids) {
      expect(await cluster().client.untilEnded(id)).toMatchObject({
        status: 'completed',
        attempts: 2,
      });
    }
  });

  it('a Redis that hangs holds up neither acceptance nor an attempt', async () => {
    redis().freeze();
    const waited = await cluster().client.wait('sim/429:retry-after-ms=100,ok');
    expect(waited.status).toBe(200);
    redis().thaw();
    expect((await cluster().client.wait('sim/ok')).status).toBe(200);
  });

  it('API and worker start without it, work, and find it when it comes', async () => {
    await redis().stop();
    await Promise.all([cluster().api.restart(), cluster().worker.restart()]);
    expect((await cluster().client.wait('sim/429:retry-after-ms=50,ok')).status).toBe(200);
    await redis().restart();
    await eventually(signals, (state) => state === 'ok');
    expect((await cluster().client.wait('sim/ok')).status).toBe(200);
  });

  it('a worker ends at SIGTERM though it is stopped', async () => {
    await redis().stop();
    const [, second] = cluster().workers;
    expect(await second!.stop()).toEqual({ code: 0, signal: null });
    await redis().restart();
    await second!.start();
  });
});
