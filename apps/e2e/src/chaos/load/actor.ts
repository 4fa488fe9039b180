import { setTimeout as delay } from 'node:timers/promises';

import type { Ledger, Told } from '../ledger.js';
import type { TestProject } from '../../harness/projects.js';
import { bodyOf, type Wish } from './body.js';
import type { Caller } from './caller.js';

/** What stories share. */
export interface Stage {
  readonly caller: Caller;
  readonly ledger: Ledger;
  readonly canary: string;
  /** Who must not see anything of what the caller does. */
  readonly stranger: TestProject;
  /** Whether the provider is limiting everybody at present. */
  storm: boolean;
}

/** A client does not try for ever; what it did not finish is looked at after the run. */
const PATIENCE_MS = 120_000;
const AFTER_REFUSAL_MS = 100;
const AFTER_BREAK_MS = 50;
/** The answer's own retry-after, but no longer than this. */
const LONGEST_RETRY_AFTER_MS = 1_000;
const POLL_MS = [100, 200, 400, 800];

/** A client that behaves as clients should: it sends a key again until it knows, and polls. */
export class Actor {
  /** @param stage where it plays */
  constructor(readonly stage: Stage) {}

  /**
   * Posts until it was answered for good: accepted, or refused in a way that sending again does not
   * change.
   *
   * @param wish the request
   * @param leave ends it, as a client that goes away does
   * @returns null when it was left, or broke without a key to send again
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
   * Asks for the result until there is one.
   *
   * @param wish whose
   * @param id its public id
   * @param patienceMs how long
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
        // It was lost: the check will say so, and asking again changes nothing.
        return null;
      }
      await delay(POLL_MS[Math.min(tries, POLL_MS.length - 1)]);
    }
    return null;
  }

  /** Posts, and polls where the answer is a handle. */
  async run(wish: Wish, leave?: AbortSignal): Promise<Told | null> {
    const told = await this.submit(wish, leave);
    return told?.status === 202 && told.id !== null ? this.poll(wish, told.id) : told;
  }

  /**
   * Cancels or retries until the answer is known.
   *
   * @param what which
   * @param wish whose
   * @param id its public id
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

  /** Another project's key asks for a request, cancels it and retries it: it must not exist. */
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
