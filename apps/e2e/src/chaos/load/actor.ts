import { setTimeout as delay } from 'node:timers/promises';

import type { Ledger, Told } from '../ledger.js';
import type { TestProject } from '../../harness/projects.js';
import { bodyOf, type Wish } from './body.js';
import type { Caller } from './caller.js';

/** State that all stories share. */
export interface Stage {
  readonly caller: Caller;
  readonly ledger: Ledger;
  readonly canary: string;
  /** Another project, which must not see the caller's requests. */
  readonly stranger: TestProject;
  /** Whether the provider currently limits all calls. */
  storm: boolean;
}

/** Time after which a client gives up. Unfinished requests are checked after the run. */
const PATIENCE_MS = 120_000;
const AFTER_REFUSAL_MS = 100;
const AFTER_BREAK_MS = 50;
/** Longest wait for an answer's retry-after, in ms. */
const LONGEST_RETRY_AFTER_MS = 1_000;
const POLL_MS = [100, 200, 400, 800];

/** A well-behaved client: it repeats a call with its key until the answer is known, and polls. */
export class Actor {
  /** @param stage shared state of the stories */
  constructor(readonly stage: Stage) {}

  /**
   * Posts until the answer is final: accepted, or refused in a way that a repetition does not
   * change.
   *
   * @param wish the request
   * @param leave signal on which the client disconnects
   * @returns null if the client disconnected, or its connection broke and there is no key for a repetition
   */
  async submit(wish: Wish, leave?: AbortSignal): Promise<Told | null> {
    const { caller, canary } = this.stage;
    const body = bodyOf(wish, canary);
    const headers = wish.key === null ? {} : { 'idempotency-key': wish.key };
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      const end = await caller.call(
        {
          ...{ what: 'post', tag: wish.tag, key: wish.key, method: 'POST' },
          ...{ path: '/v1/chat/completions', body, headers },
        },
        leave,
      );
      switch (end.kind) {
        case 'left':
          if (leave?.aborted === true || wish.key === null) {
            return null;
          }
          break;
        case 'refused':
          await delay(AFTER_REFUSAL_MS);
          break;
        case 'broken':
          if (wish.key === null) {
            return null;
          }
          await delay(AFTER_BREAK_MS);
          break;
        case 'answer':
          if (end.told.id !== null || end.told.shouldRetry !== 'true') {
            return end.told;
          }
          await delay(Math.min(LONGEST_RETRY_AFTER_MS, Number(end.told.retryAfter ?? '1') * 1_000));
      }
    }
    return null;
  }

  /**
   * Polls until the result is there.
   *
   * @param wish the request
   * @param id public id of the request
   * @param patienceMs longest time of polling, in ms
   */
  async poll(wish: Wish, id: string, patienceMs = PATIENCE_MS): Promise<Told | null> {
    const deadline = Date.now() + patienceMs;
    for (let tries = 0; Date.now() < deadline; tries += 1) {
      const end = await this.stage.caller.call({
        ...{ what: 'read', tag: wish.tag, key: wish.key, method: 'GET' },
        path: `/v1/chat/completions/${id}`,
      });
      if (end.kind === 'answer' && end.told.status !== 202 && end.told.id !== null) {
        return end.told;
      }
      if (end.kind === 'answer' && end.told.status === 404) {
        // The request was lost. The check reports that; polling on changes nothing.
        return null;
      }
      await delay(POLL_MS[Math.min(tries, POLL_MS.length - 1)]);
    }
    return null;
  }

  /** Posts, and polls if the answer is a handle. */
  async run(wish: Wish, leave?: AbortSignal): Promise<Told | null> {
    const told = await this.submit(wish, leave);
    return told?.status === 202 && told.id !== null ? this.poll(wish, told.id) : told;
  }

  /**
   * Cancels or retries until the answer is known.
   *
   * @param what the action
   * @param wish the request
   * @param id public id of the request
   */
  async control(what: 'cancel' | 'retry', wish: Wish, id: string): Promise<Told | null> {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
      const end = await this.stage.caller.call({
        ...{ what, tag: wish.tag, key: wish.key, method: 'POST' },
        path: `/v1/requests/${id}/${what}`,
      });
      if (end.kind === 'answer' && end.told.shouldRetry !== 'true') {
        return end.told;
      }
      await delay(AFTER_REFUSAL_MS);
    }
    return null;
  }

  /** Reads, cancels and retries a request with another project's key, for which it must not exist. */
  async trespass(wish: Wish, id: string): Promise<void> {
    const base = {
      ...({ what: 'foreign', tag: wish.tag, key: null } as const),
      apiKey: this.stage.stranger.keys.test,
    };
    const path = `/v1/requests/${id}`;
    await this.stage.caller.call({ ...base, method: 'GET', path });
    await this.stage.caller.call({ ...base, method: 'POST', path: `${path}/cancel` });
    await this.stage.caller.call({ ...base, method: 'POST', path: `${path}/retry` });
  }
}
