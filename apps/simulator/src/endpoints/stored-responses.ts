import type { GenerationScript } from '../streams/generation-script.js';
import type { Fields } from './fields.js';

/** A response that is generated, or was. One in the background takes its time. */
export class Generation {
  readonly id: string;
  readonly #endsAt: number;
  readonly #beganAt = performance.now();
  readonly #onCancel = new Set<() => void>();
  #canceled = false;

  /**
   * @param whole the response as it will be
   * @param inputItems items of its input
   * @param lastsMs duration of the generation, in ms; infinite for one that never ends
   * @param script its events, for one that is streamed in the background
   */
  constructor(
    private readonly whole: Fields,
    readonly inputItems: readonly unknown[],
    lastsMs: number,
    readonly script: GenerationScript | null = null,
  ) {
    this.id = String(whole['id']);
    this.#endsAt = Date.now() + lastsMs;
  }

  /** Whether it was made in the background. */
  get isInBackground(): boolean {
    return this.whole['background'] === true;
  }

  /** The response as it begins. */
  get begun(): Fields {
    return this.#unfinished('queued');
  }

  /** The response as it is now. */
  get body(): Fields {
    if (this.#canceled) {
      return this.#unfinished('cancelled');
    }
    return Date.now() < this.#endsAt ? this.#unfinished('in_progress') : this.whole;
  }

  /** Time since it began, in ms. */
  get elapsedMs(): number {
    return performance.now() - this.#beganAt;
  }

  /** Whether it was canceled before its end. */
  get isCanceled(): boolean {
    return this.#canceled;
  }

  /** Ends it, unless it has ended. */
  cancel(): void {
    this.#canceled ||= Date.now() < this.#endsAt;
    if (this.#canceled) {
      this.#onCancel.forEach((listener) => listener());
    }
  }

  /**
   * Runs when it is canceled.
   *
   * @param listener called at most once
   * @returns a function that calls it off
   */
  onCancel(listener: () => void): () => void {
    this.#onCancel.add(listener);
    return () => this.#onCancel.delete(listener);
  }

  #unfinished(status: string): Fields {
    return {
      ...this.whole,
      status,
      output: [],
      error: null,
      incomplete_details: null,
      usage: null,
    };
  }
}

/** Responses that are kept, and the list of all that were generated; of both the oldest are forgotten. */
export class StoredResponses {
  readonly #kept = new Map<string, Generation>();
  readonly #generations = new Map<string, Generation>();

  /** @param capacity number of responses that are kept */
  constructor(private readonly capacity: number) {}

  /**
   * Adds a response to the list of what was generated, whether it is kept or not.
   *
   * @param generation the response
   */
  count(generation: Generation): void {
    this.#add(this.#generations, generation);
  }

  /**
   * Keeps a response, so that it can be asked for.
   *
   * @param generation the response
   */
  keep(generation: Generation): void {
    this.#add(this.#kept, generation);
  }

  /** All that were generated, oldest first. */
  list(): Generation[] {
    return [...this.#generations.values()];
  }

  /** @param id of a response */
  get(id: string): Generation | undefined {
    return this.#kept.get(id);
  }

  /**
   * Forgets a response.
   *
   * @param id its id
   * @returns false where there is none
   */
  delete(id: string): boolean {
    return this.#kept.delete(id);
  }

  #add(to: Map<string, Generation>, generation: Generation): void {
    to.set(generation.id, generation);
    for (const oldest of to.keys()) {
      if (to.size <= this.capacity) {
        return;
      }
      to.delete(oldest);
    }
  }
}
