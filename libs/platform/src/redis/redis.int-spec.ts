import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { BackoffTimer } from '../background/backoff-timer.js';
import { freePort } from '../embedded-postgres/index.js';
import { RedisSignalBus } from '../signals/redis-signal-bus.js';
import { eventually } from '../testing/eventually.js';
import {
  describeWithRedis,
  makeRunFolder,
  startTestCluster,
  startTestSentinels,
  type TestRedisGroup,
} from '../testing/index.js';
import { REDIS_PROGRAM } from '../testing/test-redis.js';
import type { HostPort, RedisPlace } from './redis-place.js';

const { jest } = import.meta;
jest.setTimeout(120_000);

const REQUEST = 'rr_0192f0c1a7d27b3c8d4e5f60718293a4';
const HOST = '127.0.0.1';
const NOWHERE = 'postgresql://nobody@127.0.0.1:1/none';
const hostsOf = ({ ports }: TestRedisGroup): HostPort[] =>
  ports.map((port) => ({ host: HOST, port }));

/** Signals and timers of one process. */
class Both {
  signals = 0;
  timers = 0;
  private readonly bus: RedisSignalBus;
  private readonly timer: BackoffTimer;

  constructor(place: RedisPlace) {
    this.bus = new RedisSignalBus(place, ['finished']);
    this.bus.subscribe('finished', () => (this.signals += 1));
    this.timer = new BackoffTimer(
      { redis: place, connectionString: NOWHERE, applicationName: 'test' },
      () => (this.timers += 1),
    );
  }

  async start(): Promise<void> {
    await this.bus.start();
    this.timer.start();
  }

  /** Waits until a signal comes back, and a timer has fired. */
  async works(): Promise<void> {
    const before = { signals: this.signals, timers: this.timers };
    await eventually('a signal and a timer arrive', () => {
      this.bus.publish('finished', ['a']);
      this.timer.set(REQUEST, 0);
      return this.signals > before.signals && this.timers > before.timers;
    });
  }

  async stop(): Promise<void> {
    await Promise.all([this.bus.stop(), this.timer.stop()]);
  }
}

describeWithRedis('a master that Sentinels name', () => {
  let group: TestRedisGroup;
  beforeAll(async () => {
    group = await startTestSentinels();
  });
  afterAll(() => group.close());

  it('is found, and its successor after it was killed', async () => {
    const both = new Both({ url: 'redis://own-master', sentinels: hostsOf(group) });
    await both.start();
    await both.works();
    group.kill(group.masterPort);
    await eventually('the replica is promoted', async () => {
      const [port = 0] = group.ports;
      const master = await group.ask(port, 'sentinel', 'get-master-addr-by-name', 'own-master');
      return !master.includes(`\n${group.masterPort}\n`);
    });
    await both.works();
    await both.stop();
  });
});

describeWithRedis('a Cluster', () => {
  let group: TestRedisGroup;
  beforeAll(async () => {
    group = await startTestCluster();
  });
  afterAll(() => group.close());

  it('carries signals and timers, whichever of its nodes is named', async () => {
    const nodes = hostsOf(group);
    const all = nodes.map(
      ({ port }) => new Both({ url: `redis://${HOST}:${port}`, clusterNodes: nodes }),
    );
    await Promise.all(all.map((both) => both.start()));
    await Promise.all(all.map((both) => both.works()));
    await Promise.all(all.map((both) => both.stop()));
  });

  it('is entered through another node when the one of the address is away', async () => {
    const both = new Both({ url: `redis://${HOST}:1`, clusterNodes: hostsOf(group) });
    await both.start();
    await both.works();
    await both.stop();
  });
});

describeWithRedis('a server with TLS, a user and a password', () => {
  let folder: string;
  let port: number;
  let server: ChildProcess;
  let ca: string;

  beforeAll(async () => {
    folder = await makeRunFolder('redis-tls');
    port = await freePort(HOST);
    const [key, certificate, users] = ['key.pem', 'cert.pem', 'users.acl'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    await writeFile(users, 'user reqrun on >odd:pass/word ~* &* +@all\nuser default off\n');
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
      ...['-keyout', key, '-out', certificate],
    ]);
    ca = await readFile(certificate, 'utf8');
    server = spawn(
      REDIS_PROGRAM,
      [
        ...['--port', '0', '--tls-port', String(port), '--bind', HOST, '--dir', folder],
        ...['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-auth-clients', 'no'],
        ...['--save', '', '--aclfile', users],
      ],
      { stdio: 'ignore' },
    );
  });
  afterAll(async () => {
    if (server.kill('SIGKILL')) {
      await once(server, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  });

  const place = (more: Partial<RedisPlace> = {}): RedisPlace => ({
    url: `rediss://reqrun:${encodeURIComponent('odd:pass/word')}@localhost:${port}/2`,
    ...more,
  });

  it('is used when its authority is trusted', async () => {
    const both = new Both(place({ ca }));
    await both.start();
    await both.works();
    await both.stop();
  });

  it('is not used with an authority that nobody trusts', async () => {
    const bus = new RedisSignalBus(place(), ['finished']);
    await bus.start();
    expect(bus.connected).toBe(false);
    await bus.stop();
  });
});
