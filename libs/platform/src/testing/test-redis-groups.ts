import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../embedded-postgres/index.js';
import { eventually } from './eventually.js';
import { makeRunFolder } from './run-folders.js';
import { REDIS_PROGRAM } from './test-redis.js';

const HOST = '127.0.0.1';
const run = promisify(execFile);

/** Servers that belong together. */
export interface TestRedisGroup {
  /** Ports of the servers: those of Sentinels, or of the nodes of a Cluster. */
  readonly ports: readonly number[];
  /** Port of the server that is the master at first; the first node of a Cluster. */
  readonly masterPort: number;
  /** Kills the server at a port with SIGKILL. */
  kill(port: number): void;
  /** Asks the server at a port, with `redis-cli`. */
  ask(port: number, ...command: string[]): Promise<string>;
  /** Ends all servers and removes their folder. */
  close(): Promise<void>;
}

/** A master with one replica, and three Sentinels that watch it under the name `own-master`. */
export async function startTestSentinels(): Promise<TestRedisGroup> {
  const folder = await makeRunFolder('sentinels');
  const servers = new Servers(folder);
  const [masterPort = 0, replicaPort = 0, ...ports] = await freePorts(5);
  await servers.start(masterPort, []);
  await servers.start(replicaPort, ['--replicaof', `${HOST} ${masterPort}`]);
  for (const port of ports) {
    const file = join(folder, `sentinel-${port}.conf`);
    // Sentinels write what they learn into their file.
    await writeFile(
      file,
      [
        `sentinel monitor own-master ${HOST} ${masterPort} 2`,
        'sentinel down-after-milliseconds own-master 1000',
        'sentinel failover-timeout own-master 5000',
        '',
      ].join('\n'),
    );
    await servers.start(port, ['--sentinel'], file);
  }
  await eventually('the Sentinels know the replica and each other', async () => {
    const answers = await Promise.all(
      ports.map((port) => servers.ask(port, 'sentinel', 'master', 'own-master')),
    );
    return answers.every(
      (answer) => answer.includes('num-slaves\n1\n') && answer.includes('num-other-sentinels\n2\n'),
    );
  });
  return group(servers, folder, masterPort, ports);
}

/** A Cluster of three masters, without replicas. */
export async function startTestCluster(): Promise<TestRedisGroup> {
  const folder = await makeRunFolder('cluster');
  const servers = new Servers(folder);
  const ports = await freePorts(3);
  for (const port of ports) {
    const file = `nodes-${port}.conf`;
    await servers.start(port, [
      ...['--cluster-enabled', 'yes', '--cluster-config-file', file],
      ...['--cluster-port', String(await freePort(HOST)), '--cluster-node-timeout', '1000'],
    ]);
  }
  await run('redis-cli', [
    ...['--cluster', 'create', ...ports.map((port) => `${HOST}:${port}`)],
    ...['--cluster-replicas', '0', '--cluster-yes'],
  ]);
  await eventually('the Cluster is whole', async () => {
    const answers = await Promise.all(ports.map((port) => servers.ask(port, 'cluster', 'info')));
    return answers.every((answer) => answer.includes('cluster_state:ok'));
  });
  return group(servers, folder, ports[0] ?? 0, ports);
}

/** Processes of `redis-server` in one folder. */
class Servers {
  private readonly running = new Map<number, ChildProcess>();

  constructor(private readonly folder: string) {
    process.once('exit', this.killAll);
  }

  async start(port: number, options: readonly string[], file?: string): Promise<void> {
    const child = spawn(
      REDIS_PROGRAM,
      [
        ...(file === undefined ? [] : [file]),
        ...['--port', String(port), '--bind', HOST, '--dir', this.folder],
        // A Sentinel has no data, and knows no such settings.
        ...(options.includes('--sentinel') ? [] : ['--save', '', '--appendonly', 'no']),
        ...options,
      ],
      { stdio: 'ignore' },
    );
    this.running.set(port, child);
    await eventually(`the server on port ${port} answers`, async () => {
      if (child.exitCode !== null) {
        throw new Error(`${REDIS_PROGRAM} ended while it was being started.`);
      }
      return (await this.ask(port, 'ping').catch(() => '')).startsWith('PONG');
    });
  }

  async ask(port: number, ...command: string[]): Promise<string> {
    return (await run('redis-cli', ['-h', HOST, '-p', String(port), ...command])).stdout;
  }

  kill(port: number): void {
    this.running.get(port)?.kill('SIGKILL');
    this.running.delete(port);
  }

  readonly killAll = (): void => {
    for (const port of this.running.keys()) {
      this.kill(port);
    }
  };
}

function group(
  servers: Servers,
  folder: string,
  masterPort: number,
  ports: readonly number[],
): TestRedisGroup {
  return {
    ports,
    masterPort,
    kill: (port) => servers.kill(port),
    ask: (port, ...command) => servers.ask(port, ...command),
    close: async () => {
      process.removeListener('exit', servers.killAll);
      servers.killAll();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    ports.add(await freePort(HOST));
  }
  return [...ports];
}
