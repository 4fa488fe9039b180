import { chatBody } from './harness/client.js';
import { openStream, type OpenStream } from './harness/stream-client.js';
import { killAmidStreams } from './harness/stream-deaths.js';
import { describeTransports, useCluster } from './harness/transports.js';

describeTransports('a stream while processes die', ({ redis, name }) => {
  const cluster = useCluster({
    redis,
    apis: 2,
    workers: 2,
    env: { REQRUN_SHUTDOWN_GRACE_MS: '300' },
  });
  const key = (): string => cluster().project.keys.test;
  const open = (model: string, headers: Record<string, string> = {}): Promise<OpenStream> =>
    openStream(cluster().baseUrl, key(), {
      path: '/v1/chat/completions',
      body: chatBody(model, { stream: true }),
      headers,
    });
  const origins = (): [string, string] => [cluster().apis[0]!.origin, cluster().apis[1]!.origin];

  it('kill -9 of an API: the same key and the cursor at another API give the same bytes', async () => {
    const { violations } = await killAmidStreams({
      apis: origins(),
      key: key(),
      name: `api-${name}`,
      killAfter: 20,
      victim: 'api',
      kill: () => cluster().api.kill('SIGKILL'),
    });
    expect(violations).toEqual([]);
    await cluster().api.exited;
    await cluster().api.start();
  });

  it('kill -9 of the worker: no clean end of a cut answer, and the next attempt is whole', async () => {
    const { violations } = await killAmidStreams({
      apis: origins(),
      key: key(),
      name: `worker-${name}`,
      killAfter: 20,
      victim: 'worker',
      kill: () => cluster().worker.kill('SIGKILL'),
    });
    expect(violations).toEqual([]);
    await cluster().worker.exited;
    await cluster().worker.start();
  });

  it('SIGTERM of the worker: a stream that does not end in time ends with worker_lost, and goes on elsewhere', async () => {
    const stream = await open('sim/tokens:200:40,tokens:3');
    await stream.has(3);
    const owner = await cluster().ownerOf(String(stream.headers['x-request-id']));
    owner.kill('SIGTERM');
    expect(await stream.ended).toBe('error');
    expect(stream.errorCode).toBe('worker_lost');
    const record = await cluster().client.untilEnded(String(stream.headers['x-request-id']));
    expect(record).toMatchObject({ status: 'completed', attempts: 2 });
    await owner.exited;
    await owner.start();
  });

  it('SIGTERM of the API: its readers are told to come again', async () => {
    const headers = { 'idempotency-key': `stopping-${name}` };
    const stream = await open('sim/tokens:100:40', headers);
    await stream.has(3);
    cluster().api.kill('SIGTERM');
    expect(await stream.ended).toBe('error');
    expect(stream.errorCode).toBe('shutting_down');
    await cluster().api.exited;
    await cluster().api.start();
    const again = await open('sim/tokens:100:40', headers);
    expect(await again.ended).toBe('clean');
    expect(again.frames.slice(0, stream.frames.length)).toEqual(stream.frames);
  });

  if (redis) {
    it('an emptied Redis changes nothing for readers', async () => {
      const stream = await open('sim/tokens:60:40');
      await stream.has(5);
      await cluster().redis!.restart();
      expect(await stream.ended).toBe('clean');
      expect(stream.frames).toHaveLength(62);
    });
  }
});

describeTransports('a stream without a link to its worker', ({ redis }) => {
  const cluster = useCluster({ redis, links: false });

  it('comes by the table, whole and in order', async () => {
    const stream = await openStream(cluster().baseUrl, cluster().project.keys.test, {
      path: '/v1/chat/completions',
      body: chatBody('sim/tokens:60:40', { stream: true }),
    });
    expect(await stream.ended).toBe('clean');
    expect(stream.frames).toHaveLength(62);
    const cut = await openStream(cluster().baseUrl, cluster().project.keys.test, {
      path: '/v1/chat/completions',
      body: chatBody('sim/cut:30,ok', { stream: true }),
    });
    expect(['error', 'clean']).toContain(await cut.ended);
  });
});
