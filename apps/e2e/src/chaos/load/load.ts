import { setTimeout as delay } from 'node:timers/promises';

import type { Random } from '../random.js';
import { Actor, type Stage } from './actor.js';
import { playStory } from './stories.js';

/** Stories under way at once; beyond that the clients hold back. */
const MOST_AT_ONCE = 150;

/** Plays stories at the pace that it is given. */
export class Load {
  private readonly actor: Actor;
  private readonly playing = new Set<Promise<void>>();
  private begun = 0;

  /**
   * @param stage where they play
   * @param random the run's numbers
   * @param total how many stories there are
   */
  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
    private readonly total: number,
  ) {
    this.actor = new Actor(stage);
  }

  /** Stories that have begun. */
  get started(): number {
    return this.begun;
  }

  /** Stories under way. */
  get active(): number {
    return this.playing.size;
  }

  /**
   * Begins so many more stories, spread over a time.
   *
   * @param count how many; fewer when the total is reached
   * @param overMs the time, in milliseconds
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

  /** Resolves when no story is under way. */
  async settled(): Promise<void> {
    while (this.playing.size > 0) {
      await Promise.race(this.playing);
    }
  }

  /** Clients with one new key, all at once, and once more when they are answered. */
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
