import { setTimeout as delay } from 'node:timers/promises';

import { type AsyncHandle, isTerminal, type RequestStatus } from '@reqrun/contracts';
import type { Failpoint } from '@reqrun/platform/failpoints';

import { type Answer, chatBody, Client, jsonOf } from '../../../harness/client.js';
import type { ProviderCall } from '../../../harness/services.js';
import type { Supervised } from '../../system/supervised.js';
import type { System } from '../../system/system.js';

/** Where a request stands: status and code, how its attempts ended, the numbers of its calls. */
export type Course = `${string} | ${string} | ${string}`;

/** How long recovery may take here, in milliseconds. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** The kill did not come where it should have; it does not count. */
export class Missed extends Error {}

/** One failpoint, and what must hold after each kill at it. */
export interface Place {
  readonly place: Failpoint;
  /** Of requests that a worker started directly; the others go by the table. */
  readonly directly?: true;
  /** What is promised. */
  readonly promise: string;
  /**
   * Kills once.
   *
   * @param n from 0: variants take turns
   * @returns what is wrong
   * @throws Missed when the process died at another moment than was meant
   */
  readonly kill: (lab: Lab, n: number) => Promise<string[]>;
}

/** A running system and the means to kill it at a place and look at what became of a request. */
export class Lab {
  private keys = 0;

  /** @param system what runs */
  constructor(readonly system: System) {}

  /** A service by its place. */
  at(services: readonly Supervised[], index: number): Supervised {
    const service = services[index];
    if (service === undefined) {
      throw new Error('There are not so many.');
    }
    return service;
  }

  /** A caller of one API. */
  client(api: Supervised): Client {
    return new Client(api.origin, this.system.project.keys.test);
  }

  /** A key that was never used. */
  newKey(): string {
    this.keys += 1;
    return `failpoint-${this.keys}`;
  }

  /** Posts; without waiting where nothing else is said. */
  post(api: Supervised, model: string, more: object = {}): Promise<Answer> {
    return this.client(api).chat(chatBody(model, { retry: { count: 3 }, ...more }));
  }

  /** Posts to an API that is not armed, and gives the id. */
  async accepted(model: string, more: object = {}): Promise<string> {
    const answer = await this.post(this.at(this.system.apis, 1), model, more);
    return jsonOf<AsyncHandle>(answer).id;
  }

  /** Arms a place; resolves when the process has died of it and is there again. */
  async killedAt(service: Supervised, place: Failpoint, trigger: () => unknown): Promise<void> {
    const before = service.runs;
    service.arm(place);
    const triggered = Promise.resolve(trigger()).catch(() => undefined);
    if (!(await service.untilDown(PATIENCE_MS))) {
      await service.restart('SIGKILL');
      throw new Missed(`${service.name} never passed ${place}`);
    }
    await triggered;
    // What follows is the work of others: the one that died is on its way back meanwhile.
    void service.untilReady(before);
  }

  /** Resolves when everything is up. */
  async everybodyUp(): Promise<void> {
    await Promise.all(
      this.system.services.map((service) => service.untilReady(service.up ? -1 : service.runs)),
    );
  }

  /** Lets only one worker run while something is done. */
  async alone<T>(worker: Supervised, work: () => Promise<T>): Promise<T> {
    const others = this.system.workers.filter((other) => other !== worker);
    others.forEach((other) => other.signal('SIGSTOP'));
    try {
      return await work();
    } finally {
      others.forEach((other) => other.signal('SIGCONT'));
    }
  }

  /** The public ids of what an idempotency key stands for. */
  async idsOf(key: string): Promise<string[]> {
    const { rows } = await this.system.pool.query<{ id: string }>(
      `SELECT 'rr_' || replace(id::text, '-', '') AS id FROM requests WHERE idempotency_key = $1`,
      [key],
    );
    return rows.map(({ id }) => id);
  }

  /** Where a request stands. */
  async course(id: string): Promise<Course> {
    const { rows } = await this.system.pool.query<{
      status: string;
      error_code: string | null;
      outcomes: string;
    }>(
      `SELECT status, error_code, coalesce((SELECT string_agg(outcome::text, ',' ORDER BY number)
              FROM attempts WHERE request_id = r.id), '') AS outcomes
       FROM requests r WHERE id = $1::uuid`,
      [id.slice(3)],
    );
    const [row] = rows;
    if (row === undefined) {
      return 'no record |  | ';
    }
    const numbers = (await this.calls(id)).map(
      ({ idempotency_key }) => idempotency_key?.split('-')[1] ?? '?',
    );
    const state = row.error_code === null ? row.status : `${row.status} ${row.error_code}`;
    return `${state} | ${row.outcomes} | ${numbers.join(',')}`;
  }

  /** The state in which a record came into the table. */
  async firstState(id: string): Promise<string> {
    const { rows } = await this.system.pool.query<{ status: string }>(
      `SELECT new_status AS status FROM chaos.transitions WHERE request_id = $1::uuid
       ORDER BY n LIMIT 1`,
      [id.slice(3)],
    );
    return rows[0]?.status ?? 'nothing';
  }

  /** What there is as soon as it is there; null when it does not come. */
  async untilKnown<T>(look: () => Promise<T | null>): Promise<T | null> {
    let found: T | null = null;
    await this.until(async () => (found = await look()) !== null);
    return found;
  }

  /** The provider's calls for a request. */
  async calls(id: string): Promise<readonly ProviderCall[]> {
    const { listensOn } = this.system.simulator;
    const response = await fetch(`http://127.0.0.1:${listensOn}/calls?request_id=${id}`);
    return ((await response.json()) as { data: ProviderCall[] }).data;
  }

  /** Whether a request's first attempt was a worker's. */
  async wasFirst(id: string, worker: Supervised): Promise<boolean> {
    const { rows } = await this.system.pool.query<{ worker_id: string }>(
      'SELECT worker_id FROM attempts WHERE request_id = $1::uuid AND number = 1',
      [id.slice(3)],
    );
    return worker.workerIds.includes(rows[0]?.worker_id ?? '');
  }

  /** The owner and the end of the lease of a request that is being run. */
  async lease(id: string): Promise<{ worker: Supervised; endsInMs: number }> {
    const { rows } = await this.system.pool.query<{ owner: string; ms: number }>(
      `SELECT lease_owner AS owner, extract(epoch FROM lease_expires_at - clock_timestamp())::float8 * 1000 AS ms
       FROM requests WHERE id = $1::uuid AND lease_owner IS NOT NULL`,
      [id.slice(3)],
    );
    const worker = this.system.workers.find(({ workerIds }) =>
      workerIds.includes(rows[0]?.owner ?? ''),
    );
    if (worker === undefined || rows[0] === undefined) {
      throw new Missed('nobody runs it');
    }
    return { worker, endsInMs: rows[0].ms };
  }

  /** Resolves when the provider has been called for a request. */
  async untilCalled(id: string): Promise<void> {
    await this.until(async () => (await this.calls(id)).length > 0);
  }

  /** Resolves when no call of a request is open. */
  async untilQuiet(id: string): Promise<void> {
    await this.until(async () => (await this.calls(id)).every(({ ended_at }) => ended_at !== null));
  }

  /** What a request came to, and whether that is what was promised. */
  async ended(id: string, ...promised: readonly Course[]): Promise<string[]> {
    await this.until(async () =>
      isTerminal((await this.course(id)).split(' ')[0] as RequestStatus),
    );
    return this.is(id, ...promised);
  }

  /** Whether a request stands where it was promised to stand. */
  async is(id: string, ...promised: readonly Course[]): Promise<string[]> {
    const course = await this.course(id);
    return promised.includes(course)
      ? []
      : [`${id}: ${course}; promised was ${promised.join(' or ')}`];
  }

  private async until(fits: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      if (await fits()) {
        return;
      }
      await delay(LOOK_EVERY_MS);
    }
  }
}

/** What is wrong when a call went through that should have broken. */
export async function breaks(call: Promise<Answer>): Promise<string[]> {
  return call.then(
    ({ status }) => [`the client was answered ${status} by a process that was killed`],
    () => [],
  );
}
