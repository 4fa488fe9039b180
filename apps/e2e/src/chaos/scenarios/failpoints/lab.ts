import { setTimeout as delay } from 'node:timers/promises';

import { type AsyncHandle, isTerminal, type RequestStatus } from '@reqrun/contracts';
import type { Failpoint } from '@reqrun/platform/failpoints';

import { type Answer, chatBody, Client, jsonOf } from '../../../harness/client.js';
import type { ProviderCall } from '../../../harness/services.js';
import { openStream, type OpenStream } from '../../../harness/stream-client.js';
import type { Supervised } from '../../system/supervised.js';
import type { System } from '../../system/system.js';

/** State of a request: status and code, outcomes of its attempts, numbers of its calls. */
export type Course = `${string} | ${string} | ${string}`;

/** Longest time of a recovery, in ms. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 20;

/** A kill that missed its moment. It does not count. */
export class Missed extends Error {}

/** A failpoint with the guarantee that must hold after each kill at it. */
export interface Place {
  readonly place: Failpoint;
  /** Whether it concerns requests with direct dispatch; others are claimed from the table. */
  readonly directly?: true;
  /** Moment, where there are several kills at one place. */
  readonly when?: string;
  /** Text of the guarantee. */
  readonly promise: string;
  /**
   * Kills once.
   *
   * @param n number of the kill, from 0; variants alternate
   * @returns violations
   * @throws Missed when the process died at another moment than intended
   */
  readonly kill: (lab: Lab, n: number) => Promise<string[]>;
}

/** A running system, with methods that kill its processes at failpoints and read the state of requests. */
export class Lab {
  private keys = 0;

  /** @param system the system under test */
  constructor(readonly system: System) {}

  /** Returns a service by its index. */
  at(services: readonly Supervised[], index: number): Supervised {
    const service = services[index];
    if (service === undefined) {
      throw new Error('There are not so many.');
    }
    return service;
  }

  /** Returns a client of one API. */
  client(api: Supervised): Client {
    return new Client(api.origin, this.system.project.keys.test);
  }

  /** Returns a new idempotency key. */
  newKey(): string {
    this.keys += 1;
    return `failpoint-${this.keys}`;
  }

  /** Posts a request, by default without waiting. */
  post(api: Supervised, model: string, more: object = {}): Promise<Answer> {
    return this.client(api).chat(chatBody(model, { retry: { count: 3 }, ...more }));
  }

  /** Posts to an API that is not armed, and returns the id. */
  async accepted(model: string, more: object = {}): Promise<string> {
    const answer = await this.post(this.at(this.system.apis, 1), model, more);
    return jsonOf<AsyncHandle>(answer).id;
  }

  /** Posts a request whose stream is read, to an API that is not armed. */
  stream(model: string, more: object = {}): Promise<OpenStream> {
    return openStream(this.at(this.system.apis, 1).origin, this.system.project.keys.test, {
      path: '/v1/chat/completions',
      body: chatBody(model, { retry: { count: 3 }, stream: true, ...more }),
    });
  }

  /** Reads the stream of a request to its end. */
  async replay(id: string, query = ''): Promise<OpenStream> {
    const stream = await openStream(
      this.at(this.system.apis, 0).origin,
      this.system.project.keys.test,
      { path: `/v1/requests/${id}/stream${query}` },
    );
    await stream.ended;
    return stream;
  }

  /** Arms a failpoint. Resolves when the process has died at it; the restart is not awaited. */
  async killedAt(service: Supervised, place: Failpoint, trigger: () => unknown): Promise<void> {
    const before = service.runs;
    service.arm(place);
    const triggered = Promise.resolve(trigger()).catch(() => undefined);
    if (!(await service.untilDown(PATIENCE_MS))) {
      await service.restart('SIGKILL');
      throw new Missed(`${service.name} never passed ${place}`);
    }
    await triggered;
    // Other processes do the following work while the killed one restarts.
    void service.untilReady(before);
  }

  /** Resolves when all processes are ready. */
  async everybodyUp(): Promise<void> {
    await Promise.all(
      this.system.services.map((service) => service.untilReady(service.up ? -1 : service.runs)),
    );
  }

  /** Pauses all other workers while a function runs. */
  async alone<T>(worker: Supervised, work: () => Promise<T>): Promise<T> {
    const others = this.system.workers.filter((other) => other !== worker);
    others.forEach((other) => other.signal('SIGSTOP'));
    try {
      return await work();
    } finally {
      others.forEach((other) => other.signal('SIGCONT'));
    }
  }

  /** Returns the public ids of the requests with an idempotency key. */
  async idsOf(key: string): Promise<string[]> {
    const { rows } = await this.system.pool.query<{ id: string }>(
      `SELECT 'rr_' || replace(id::text, '-', '') AS id FROM requests WHERE idempotency_key = $1`,
      [key],
    );
    return rows.map(({ id }) => id);
  }

  /** Returns the state of a request. */
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

  /** Returns the first status of a record. */
  async firstState(id: string): Promise<string> {
    const { rows } = await this.system.pool.query<{ status: string }>(
      `SELECT new_status AS status FROM chaos.transitions WHERE request_id = $1::uuid
       ORDER BY n LIMIT 1`,
      [id.slice(3)],
    );
    return rows[0]?.status ?? 'nothing';
  }

  /** Polls until a value is there; null on a timeout. */
  async untilKnown<T>(look: () => Promise<T | null>): Promise<T | null> {
    let found: T | null = null;
    await this.until(async () => (found = await look()) !== null);
    return found;
  }

  /** Returns the provider's calls of a request. */
  async calls(id: string): Promise<readonly ProviderCall[]> {
    const { listensOn } = this.system.simulator;
    const response = await fetch(`http://127.0.0.1:${listensOn}/calls?request_id=${id}`);
    return ((await response.json()) as { data: ProviderCall[] }).data;
  }

  /** Returns whether a worker ran a request's first attempt. */
  async wasFirst(id: string, worker: Supervised): Promise<boolean> {
    const { rows } = await this.system.pool.query<{ worker_id: string }>(
      'SELECT worker_id FROM attempts WHERE request_id = $1::uuid AND number = 1',
      [id.slice(3)],
    );
    return worker.workerIds.includes(rows[0]?.worker_id ?? '');
  }

  /** Returns the owner of a running request and the time until its lease ends. */
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

  /** Resolves when the provider got a call of a request. */
  async untilCalled(id: string): Promise<void> {
    await this.until(async () => (await this.calls(id)).length > 0);
  }

  /** Resolves when no call of a request is open. */
  async untilQuiet(id: string): Promise<void> {
    await this.until(async () => (await this.calls(id)).every(({ ended_at }) => ended_at !== null));
  }

  /** Waits for the end of a request, and compares its state with the promised ones. */
  async ended(id: string, ...promised: readonly Course[]): Promise<string[]> {
    await this.until(async () =>
      isTerminal((await this.course(id)).split(' ')[0] as RequestStatus),
    );
    return this.is(id, ...promised);
  }

  /** Compares the state of a request with the promised ones. */
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

/** Returns a violation if a call was answered that should have broken. */
export async function breaks(call: Promise<Answer>): Promise<string[]> {
  return call.then(
    ({ status }) => [`the client was answered ${status} by a process that was killed`],
    () => [],
  );
}
