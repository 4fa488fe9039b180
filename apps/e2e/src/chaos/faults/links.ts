import { setTimeout as delay } from 'node:timers/promises';

import type { FaultyProxy } from '../system/proxy.js';
import type { Arena, Fault, Victim } from './fault.js';

const FOR_MS = 3_000;

function onLinks(kind: string, how: (proxy: FaultyProxy) => void): Fault {
  return {
    kind: `links: ${kind}`,
    links: true,
    estimateMs: FOR_MS,
    run: async ({ system: { proxies } }: Arena): Promise<Victim[]> => {
      proxies.links?.harm(how);
      await delay(FOR_MS);
      proxies.links?.heal();
      return ['links'];
    },
  };
}

/** Links between APIs and workers break while both keep running. No attempt may be lost. */
export const LINK_FAULTS: readonly Fault[] = [
  {
    kind: 'links: cut again and again',
    links: true,
    estimateMs: FOR_MS,
    run: async ({ system: { proxies }, random }: Arena): Promise<Victim[]> => {
      for (const end = Date.now() + FOR_MS; Date.now() < end;) {
        proxies.links?.harm((proxy) => proxy.cut());
        await delay(random.integer(200, 1_500));
      }
      proxies.links?.heal();
      return ['links'];
    },
  },
  onLinks('refused', (proxy) => proxy.refuse()),
  onLinks('silent', (proxy) => proxy.stall()),
  onLinks('400 ms away', (proxy) => proxy.slow(400)),
];
