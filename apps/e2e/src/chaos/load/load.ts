import { setTimeout as delay } from 'node:timers/promises';

import type { Random } from '../random.js';
import { Actor, type Stage } from './actor.js';
import { playStory } from './stories.js';

/** Largest number of stories at once. Further ones wait. */
const MOST_AT_ONCE = 150;

/** Plays stories at a given pace. */
export class Load {
  private readonly actor: Actor;
  private readonly playing = new Set<Promise<void>>();
  private begun = 0;

  /**
   * @param stage shared state of the stories
   * @param random random numbers of the run
   * @param total total number of stories
   */
  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
    private readonly total: number,
  ) {
    this.actor = new Actor(stage);
  }

  /** Number of stories that have begun. */
  get started(): number {
    return this.begun;
  }

  /** Number of stories that are running. */
  get active(): number {
    return this.playing.size;
  }

  /**
   * Begins more stories, spread over a period.
   *
   * @param count number of stories; fewer when the total is reached
   * @param overMs the period, in ms
   */
  async release(count: number, overMs: number): Promise<void> {
    const from = Date.now();
    const goal = Math.min(this.total, this.begun + count);
    const first = this.begun;
    while (this.begun < goal) {
      const due = first + ((Date.now() - from) / Math.max(1, overMs)) * count;
      while (this.begun < Math.min(goal, due) && this.playing.size < MOST_AT_ONCE) {
        this.begin();
      }
      await delay(10);
    }
  }

  /** Resolves when no story is running. */
  async settled(): Promise<void> {
    while (this.playing.size > 0) {
      await Promise.race(this.playing);
    }
  }

  /** Sends calls of several clients with one new key at once, and again after they are answered. */
  async stampede(name: string, clients: number): Promise<void> {
    const wish = {
      ...{ tag: name, model: 'sim/slow:300', waitMs: 20_000, key: name, bytes: 4_096 },
      ...{ retryCount: 5, callTimeoutMs: 4_000, onLost: 'retry' as const },
    };
    this.stage.ledger.expect(name, {
      ...{ status: 'completed', attempts: 1, scripted: {}, onLost: 'retry' },
    });
    await Promise.all(Array.from({ length: clients }, () => this.actor.run(wish)));
    await Promise.all(Array.from({ length: clients }, () => this.actor.run(wish)));
  }

  private begin(): void {
    const n = this.begun;
    this.begun += 1;
    const story = playStory(this.actor, this.random.fork(n), n).finally(() => {
      this.playing.delete(story);
    });
    this.playing.add(story);
  }
}
