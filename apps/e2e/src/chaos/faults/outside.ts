import { setTimeout as delay } from 'node:timers/promises';

import type { FaultyProxy } from '../system/proxy.js';
import type { Arena, Fault, Victim } from './fault.js';

function onProvider(kind: string, forMs: number, how: (proxy: FaultyProxy) => void): Fault {
  return {
    kind: `provider: ${kind}`,
    estimateMs: forMs,
    run: async ({ system: { proxies } }: Arena): Promise<Victim[]> => {
      how(proxies.provider);
      await delay(forMs);
      proxies.provider.heal();
      return ['provider'];
    },
  };
}

/** The provider hangs, resets connections, is slow, and limits all calls. */
export const PROVIDER_FAULTS: readonly Fault[] = [
  onProvider('hangs', 5_000, (proxy) => proxy.stall()),
  onProvider('resets all connections', 100, (proxy) => proxy.cut()),
  onProvider('refuses connections', 2_000, (proxy) => proxy.refuse()),
  onProvider('slow answers', 3_000, (proxy) => proxy.slow(700)),
  {
    kind: 'provider: a storm of 429',
    estimateMs: 3_000,
    run: async ({ stage }: Arena): Promise<Victim[]> => {
      stage.storm = true;
      await delay(3_000);
      stage.storm = false;
      return ['clients'];
    },
  },
];

/** Clients disconnect, come back, and come all at once. */
export const CLIENT_FAULTS: readonly Fault[] = [
  {
    kind: 'clients: all disconnect at once',
    estimateMs: 300,
    run: async ({ caller }: Arena): Promise<Victim[]> => {
      caller.leaveAll();
      await delay(200);
      caller.leaveAll();
      return ['clients'];
    },
  },
  {
    kind: 'clients: 40 with one key at once',
    estimateMs: 800,
    run: async ({ load, n }: Arena): Promise<Victim[]> => {
      await load.stampede(`stampede-${n}`, 40);
      return ['clients'];
    },
  },
  {
    kind: 'clients: one key again after a restart',
    estimateMs: 3_000,
    run: async ({ load, system, n }: Arena): Promise<Victim[]> => {
      await load.stampede(`restart-${n}`, 5);
      await Promise.all(system.apis.map((api) => api.restart('SIGKILL')));
      await load.stampede(`restart-${n}`, 5);
      return system.apis.map(({ name }) => name);
    },
  },
];
