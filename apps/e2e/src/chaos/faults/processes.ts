import { setTimeout as delay } from 'node:timers/promises';

import { SHORT_LEASE_MS } from '../system/system.js';
import type { Supervised } from '../system/supervised.js';
import type { Arena, Fault, Victim } from './fault.js';

const names = (services: readonly Supervised[]): Victim[] => services.map(({ name }) => name);

async function killed(services: readonly Supervised[]): Promise<Victim[]> {
  await Promise.all(services.map((service) => service.restart('SIGKILL')));
  return names(services);
}

async function paused(services: readonly Supervised[], forMs: number): Promise<Victim[]> {
  services.forEach((service) => service.signal('SIGSTOP'));
  await delay(forMs);
  services.forEach((service) => service.signal('SIGCONT'));
  return names(services);
}

/** Arms a failpoint and waits until the process dies at it; a process that never passes it is killed. */
async function killedAt(service: Supervised, place: string, limitMs: number): Promise<Victim[]> {
  const before = service.runs;
  service.arm(place);
  if (!(await service.untilDown(limitMs))) {
    service.signal('SIGKILL');
  }
  await service.untilReady(before);
  return [service.name];
}

const WORKER_PLACES = [
  'start.before',
  'start.after',
  'claim.before',
  'claim.after',
  'call.before',
  'call.after',
  'finish.before',
  'finish.after',
  'report.after',
  'renew.before',
  'renew.after',
  'reap.before',
  'reap.after',
  'settle.before',
  'settle.after',
  'append.before',
  'append.after',
];
const API_PLACES = ['accept.before', 'accept.after', 'notify.after', 'ask.after'];

async function rolled(services: readonly Supervised[]): Promise<Victim[]> {
  for (const service of services) {
    await service.restart('SIGTERM');
  }
  return names(services);
}

/** Kills, pauses and restarts of the product's own processes. */
export const PROCESS_FAULTS: readonly Fault[] = [
  {
    kind: 'kill -9 a worker',
    estimateMs: 1_200,
    run: ({ system, random }) => killed([random.pick(system.workers)]),
  },
  {
    kind: 'kill -9 an API',
    estimateMs: 1_200,
    run: ({ system, random }) => killed([random.pick(system.apis)]),
  },
  {
    kind: 'kill -9 a worker and an API',
    estimateMs: 1_500,
    run: ({ system, random }) => killed([random.pick(system.workers), random.pick(system.apis)]),
  },
  {
    kind: 'kill -9 all workers',
    estimateMs: 2_000,
    run: ({ system }) => killed(system.workers),
  },
  {
    kind: 'kill -9 all APIs',
    estimateMs: 1_500,
    run: ({ system }) => killed(system.apis),
  },
  {
    kind: 'kill a worker at a named place',
    estimateMs: 2_500,
    run: ({ system, random }) =>
      killedAt(random.pick(system.workers), random.pick(WORKER_PLACES), 2_500),
  },
  {
    kind: 'kill an API at a named place',
    estimateMs: 2_000,
    run: ({ system, random }) => killedAt(random.pick(system.apis), random.pick(API_PLACES), 2_500),
  },
  {
    kind: 'pause a worker past its lease',
    estimateMs: SHORT_LEASE_MS + 1_500,
    run: ({ system, random }) => paused([random.pick(system.workers)], SHORT_LEASE_MS + 1_500),
  },
  {
    kind: 'pause an API',
    estimateMs: 2_000,
    run: ({ system, random }) => paused([random.pick(system.apis)], 2_000),
  },
  {
    kind: 'rolling restart of all APIs and workers',
    estimateMs: 9_000,
    run: ({ system }: Arena) => rolled(system.services),
  },
];
