import { randomUUID, type UUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { makeRunFolder } from '@reqrun/platform/testing';

import { DirectDispatchClient } from '../direct/direct-dispatch-client.js';
import { DirectDispatchServer } from '../direct/direct-dispatch-server.js';
import type { DispatchResult } from '../lifecycle/dispatch.js';
import { RequestAcceptor } from '../lifecycle/accept.js';
import type { Claim } from '../lifecycle/claim.js';
import type { Acceptance, NewRequest } from '../lifecycle/new-request.js';
import {
  acceptedId,
  LEASE_MS,
  type Process,
  type RequestFields,
  RequestsFixture,
} from './requests-fixture.js';

/** Longer than any test, for workers that answer; in milliseconds. */
const NEVER_MS = 1_000_000;

/** Short enough that nobody waits for it, for workers that are kept from answering; in milliseconds. */
export const SOON_MS = 50;

/** A worker's side of direct starts. */
export interface DirectWorker {
  workerId: UUID;
  /** What it would run is kept here instead. */
  claims: Claim[];
  /** Room for requests, projects that have their share, and the number of times that it was asked. */
  room: { free: number; asked: number; full: Set<string> };
  starts: DirectDispatchServer;
}

/** An API's side of direct starts. */
export interface DirectApi {
  starter: DirectDispatchClient;
  acceptor: RequestAcceptor;
  /** Accepts a request that its caller waits for. */
  start: (request: NewRequest) => Promise<Acceptance>;
  /** Gives a request away and answers its UUID. */
  startOne: (fields?: RequestFields) => Promise<string>;
  /** Resolves when there is a worker that can be asked. */
  ready: () => Promise<void>;
  /** The ends that were told, as soon as there are so many. */
  told: (count: number) => Promise<DispatchResult[]>;
}

/** Requests that an API process gives to a worker of its machine, over a real socket. */
export class DirectFixture {
  private readonly closers: (() => unknown)[] = [];
  private folder = '';

  private constructor(readonly requests: RequestsFixture) {}

  /** Makes a database of its own, with one project. */
  static async open(): Promise<DirectFixture> {
    return new DirectFixture(await RequestsFixture.open());
  }

  /** Closes all connections and removes the database. */
  async close(): Promise<void> {
    await this.requests.close();
  }

  /** Before each test: no requests, and a folder of its own for the sockets. */
  async setUp(): Promise<void> {
    await this.requests.clear();
    this.folder = await makeRunFolder('direct');
  }

  /** After each test: stops what it has started, the latest first, and removes the folder. */
  async tearDown(): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) {
      await close();
    }
    await rm(this.folder, { recursive: true });
  }

  /** A worker's side, with room for 1000 requests; what it would run is kept instead. */
  async startWorker(process: Process = this.requests): Promise<DirectWorker> {
    const workerId = randomUUID();
    const claims: Claim[] = [];
    const room = { free: 1_000, asked: 0, full: new Set<string>() };
    const starts = new DirectDispatchServer({
      pool: process.pool,
      keys: process.keys,
      workerId,
      leaseMs: LEASE_MS,
      directory: this.directory,
      reserve: (lanes) => {
        room.asked += 1;
        const granted = lanes.map(({ projectId }) => !room.full.has(projectId));
        if (lanes.length > room.free) {
          return Promise.resolve(null);
        }
        room.free -= lanes.length;
        const giveBack = (): void => {
          room.free += lanes.length;
        };
        return Promise.resolve({ granted, giveBack });
      },
      run: (claim) => claims.push(claim),
    });
    this.closers.push(() => starts.stop());
    await starts.start();
    return { workerId, claims, room, starts };
  }

  /**
   * An API's side that has found a worker, which must have been started.
   *
   * @param process its view of the database
   * @param patienceMs how long it waits for a worker's answer, in milliseconds
   */
  async startApi(process: Process = this.requests, patienceMs = NEVER_MS): Promise<DirectApi> {
    const { directory } = this;
    const starter = new DirectDispatchClient({
      directory,
      everyMs: 5,
      patienceMs,
      pauseMs: NEVER_MS,
    });
    this.closers.push(() => starter.close());
    const ends: DispatchResult[] = [];
    let onEnd = (): void => undefined;
    starter.onResult((end) => {
      ends.push(end);
      onEnd();
    });
    await starter.open();
    const acceptor = new RequestAcceptor(process.pool, process.keys, {
      limits: { bytes: 1024 * 1024 * 1024, calls: 10_000 },
      direct: starter,
    });
    const start = async (request: NewRequest): Promise<Acceptance> => {
      const acceptance = await acceptor.accept(request, true);
      // A worker replies and then runs, in one turn of its event loop, which here is the API's as well.
      await setImmediate();
      return acceptance;
    };
    const ready = async (): Promise<void> => {
      while (!starter.ready) {
        await setImmediate();
      }
    };
    await ready();
    return {
      starter,
      acceptor,
      start,
      startOne: async (fields) => acceptedId(await start(this.requests.newRequest(fields))),
      ready,
      told: async (count) => {
        while (ends.length < count) {
          await new Promise<void>((resolve) => {
            onEnd = resolve;
          });
        }
        return ends;
      },
    };
  }

  /** A worker and an API that has found it. */
  async startBoth(): Promise<{ worker: DirectWorker; api: DirectApi }> {
    const worker = await this.startWorker();
    return { worker, api: await this.startApi() };
  }

  /** The UUIDs of requests that nobody runs but who claims them from the table. */
  async claimedFromTable(): Promise<string[]> {
    return (await this.requests.claim()).map(({ id }) => id);
  }

  /** Where workers and APIs find each other. */
  private get directory(): string {
    return join(this.folder, 'l');
  }
}

/**
 * A row that can be compared with another's: each time as milliseconds since one of its own.
 *
 * @param row any row
 * @param since the time that the others are counted from
 * @param own columns that differ by their nature, which are left out
 */
export function comparable(
  row: Record<string, unknown>,
  since: Date,
  own: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !own.includes(column))
      .map(([column, value]) => [
        column,
        value instanceof Date ? value.getTime() - since.getTime() : value,
      ]),
  );
}
