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

/** Longer than any test, for workers that answer, in ms. */
const NEVER_MS = 1_000_000;

/** Patience that is short enough for tests of workers that do not answer, in ms. */
export const SOON_MS = 50;

/** The worker's side of direct dispatch. */
export interface DirectWorker {
  workerId: UUID;
  /** Claims that it would run are kept here instead. */
  claims: Claim[];
  /** Number of free slots, number of times that it was asked, and projects that have their share. */
  room: { free: number; asked: number; full: Set<string> };
  starts: DirectDispatchServer;
}

/** The API's side of direct dispatch. */
export interface DirectApi {
  starter: DirectDispatchClient;
  acceptor: RequestAcceptor;
  /** Accepts a request whose caller waits. */
  start: (request: NewRequest) => Promise<Acceptance>;
  /** Dispatches a request and returns its UUID. */
  startOne: (fields?: RequestFields) => Promise<string>;
  /** Resolves when there is a worker that can be asked. */
  ready: () => Promise<void>;
  /** Resolves with the reported ends, as soon as there are this many. */
  told: (count: number) => Promise<DispatchResult[]>;
}

/** Direct dispatch from an API process to a worker of the same machine, over a real socket. */
export class DirectFixture {
  private readonly closers: (() => unknown)[] = [];
  private folder = '';

  private constructor(readonly requests: RequestsFixture) {}

  /** Creates a separate database with one project. */
  static async open(): Promise<DirectFixture> {
    return new DirectFixture(await RequestsFixture.open());
  }

  /** Closes all connections and removes the database. */
  async close(): Promise<void> {
    await this.requests.close();
  }

  /** Prepares each test: no requests, and a new folder for the sockets. */
  async setUp(): Promise<void> {
    await this.requests.clear();
    this.folder = await makeRunFolder('direct');
  }

  /** Cleans up after each test: stops what it has started, the latest first, and removes the folder. */
  async tearDown(): Promise<void> {
    for (const close of this.closers.splice(0).reverse()) {
      await close();
    }
    await rm(this.folder, { recursive: true });
  }

  /** Starts a worker's side with room for 1000 requests. It keeps the claims instead of running them. */
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
      reserve: (tenants) => {
        room.asked += 1;
        const granted = tenants.map(({ projectId }) => !room.full.has(projectId));
        if (tenants.length > room.free) {
          return Promise.resolve(null);
        }
        room.free -= tenants.length;
        const giveBack = (): void => {
          room.free += tenants.length;
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
   * Starts an API's side and waits until it has found a worker, which must have been started.
   *
   * @param process the process with the connections to the database
   * @param patienceMs longest wait for a worker's answer, in ms
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
      // A worker replies and then runs, within one turn of its event loop, which the API shares here.
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

  /** Starts a worker and an API that has found it. */
  async startBoth(): Promise<{ worker: DirectWorker; api: DirectApi }> {
    const worker = await this.startWorker();
    return { worker, api: await this.startApi() };
  }

  /** Claims from the table and returns the UUIDs: these requests were not dispatched directly. */
  async claimedFromTable(): Promise<string[]> {
    return (await this.requests.claim()).map(({ id }) => id);
  }

  /** Folder of the sockets. */
  private get directory(): string {
    return join(this.folder, 'l');
  }
}

/**
 * Converts a row to one that can be compared with another: its times become ms since a reference time.
 *
 * @param row the row
 * @param since the reference time
 * @param own columns that always differ, which are omitted
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
