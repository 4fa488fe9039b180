import { setTimeout as delay } from 'node:timers/promises';

import type { RequestCommands } from '../../requests/request-commands.js';
import type { Caller } from '../auth/caller.js';

/** Requests that are canceled at a time: when many clients leave at once, others need connections too. */
const AT_ONCE = 4;
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000];

interface Cancellation {
  caller: Caller;
  /** UUID of the request. */
  id: string;
}

/**
 * Cancels the requests of clients who have left. What the database does not take is tried again, until this process
 * stops.
 */
export class CancelOnDisconnect {
  readonly #waiting: Cancellation[] = [];
  #running = 0;

  /**
   * @param commands cancel requests
   * @param isStopping whether the process stops
   */
  constructor(
    private readonly commands: RequestCommands,
    private readonly isStopping: () => boolean,
  ) {}

  /**
   * Cancels a request, sooner or later.
   *
   * @param caller the caller
   * @param id UUID of the request
   */
  add(caller: Caller, id: string): void {
    this.#waiting.push({ caller, id });
    if (this.#running < AT_ONCE) {
      void this.#run();
    }
  }

  async #run(): Promise<void> {
    this.#running += 1;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#cancel(next);
    }
    this.#running -= 1;
  }

  async #cancel({ caller, id }: Cancellation): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await this.commands.cancel(caller, id);
        return;
      } catch {
        if (this.isStopping()) {
          return;
        }
        await delay(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
      }
    }
  }
}
