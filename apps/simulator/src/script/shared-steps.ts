import type { StatusStep } from './status-step.js';

/** A step whose answer depends on all calls of its model. Times are in milliseconds. */
export type SharedStep =
  | {
      readonly kind: 'limit';
      /** Calls in a window. */
      readonly calls: number;
      readonly windowMs: number;
      /** Whether calls come back one by one, or all at the end of the window. */
      readonly refills: 'steadily' | 'at once';
      /** Headers by which answers tell of the limit. */
      readonly tells: 'headers' | 'retry-after' | 'nothing';
    }
  | {
      readonly kind: 'outage';
      /** Time from the first call to the outage. */
      readonly afterMs: number;
      readonly lengthMs: number;
      readonly status: number;
    }
  | { readonly kind: 'flaky'; readonly percent: number; readonly status: number };

/** Shared steps, as they are listed to someone who misspelled one. */
export const KNOWN_SHARED_STEPS = [
  'limit:<calls>:<ms>[:window][:retry-after|:bare]',
  'outage:<after ms>:<ms>[:<400-599>]',
  'flaky:<percent>[:<400-599>]',
] as const;

type Headers = Readonly<Record<string, string | number>>;

/** Outcome of a shared step for one call: an answer, or an error. */
export interface SharedAnswer {
  /** Null for an ordinary answer. */
  readonly error: StatusStep | null;
  /** Headers in place of those that tell of a wide limit; null leaves those. */
  readonly limits: Headers | null;
}

const DEFAULT_STATUS = 503;
const STATUS = /^[45]\d\d$/;
/** Models whose calls are remembered. */
const MOST_REMEMBERED = 1_000;

/**
 * Reads a shared step.
 *
 * @param text the step, as it was written
 * @returns null where it is another step, a message where its arguments are wrong
 */
export function readSharedStep(text: string): SharedStep | string | null {
  const [name = '', ...args] = text.split(/[:;]/);
  switch (name) {
    case 'limit':
      return readLimit(args);
    case 'outage': {
      const [afterMs, lengthMs] = [wholeNumber(args[0]), wholeNumber(args[1])];
      const status = statusOf(args[2]);
      return args.length > 3 || afterMs === null || !lengthMs || status === null
        ? 'it takes the time until the outage and its length in ms, and a status'
        : { kind: 'outage', afterMs, lengthMs, status };
    }
    case 'flaky': {
      const percent = wholeNumber(args[0]);
      const status = statusOf(args[1]);
      return args.length > 2 || percent === null || percent > 100 || status === null
        ? 'it takes a percentage from 0 to 100, and a status'
        : { kind: 'flaky', percent, status };
    }
    default:
      return null;
  }
}

function readLimit(args: readonly string[]): SharedStep | string {
  const [calls, windowMs, words] = [wholeNumber(args[0]), wholeNumber(args[1]), args.slice(2)];
  const isKnown = words.every((word) => ['window', 'retry-after', 'bare'].includes(word));
  if (!calls || !windowMs || !isKnown || new Set(words).size < words.length) {
    return 'it takes a number of calls and a time in ms, both above 0, then window, retry-after or bare';
  }
  return {
    ...{ kind: 'limit', calls, windowMs },
    refills: words.includes('window') ? 'at once' : 'steadily',
    tells: words.includes('bare')
      ? 'nothing'
      : words.includes('retry-after')
        ? 'retry-after'
        : 'headers',
  };
}

const wholeNumber = (text: string | undefined): number | null =>
  /^\d{1,9}$/.test(text ?? '') ? Number(text) : null;

const statusOf = (text: string | undefined): number | null =>
  text === undefined ? DEFAULT_STATUS : STATUS.test(text) ? Number(text) : null;

/** Calls of a model, as far as its shared step depends on them. */
interface Memory {
  readonly firstAt: number;
  /** Calls that may be made at `at`. */
  level: number;
  at: number;
}

/** Plays shared steps: all calls with the same model count together. */
export class SharedSteps {
  private readonly memories = new Map<string, Memory>();

  /**
   * @param now the clock, in ms
   * @param random returns a number in [0, 1)
   */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
  ) {}

  /**
   * Answers a call.
   *
   * @param model the model, with its script
   * @param step the step that is played
   */
  play(model: string, step: SharedStep): SharedAnswer {
    switch (step.kind) {
      case 'flaky':
        return answer(this.random() * 100 < step.percent ? step.status : null);
      case 'outage': {
        const age = this.now() - this.memoryOf(model, 0).firstAt;
        const isOut = age >= step.afterMs && age < step.afterMs + step.lengthMs;
        return answer(isOut ? step.status : null);
      }
      case 'limit':
        return this.limited(model, step);
    }
  }

  private limited(model: string, step: Extract<SharedStep, { kind: 'limit' }>): SharedAnswer {
    const { calls, windowMs, refills, tells } = step;
    const memory = this.memoryOf(model, calls);
    // Read behind the time in a new memory, so that nothing has leaked from its level.
    const now = this.now();
    let wholeInMs: number;
    if (refills === 'steadily') {
      memory.level = Math.min(calls, memory.level + ((now - memory.at) * calls) / windowMs);
      memory.at = now;
    } else if (now - memory.at >= windowMs) {
      memory.level = calls;
      memory.at = now;
    }
    const isRefused = memory.level < 1;
    memory.level -= isRefused ? 0 : 1;
    let nextInMs: number;
    if (refills === 'steadily') {
      wholeInMs = ((calls - memory.level) * windowMs) / calls;
      nextInMs = (Math.max(0, 1 - memory.level) * windowMs) / calls;
    } else {
      wholeInMs = memory.at + windowMs - now;
      nextInMs = wholeInMs;
    }
    const waits = isRefused ? { 'retry-after': Math.max(1, Math.ceil(nextInMs / 1_000)) } : {};
    return {
      ...answer(isRefused ? 429 : null),
      limits:
        tells === 'nothing'
          ? {}
          : tells === 'retry-after'
            ? waits
            : {
                'x-ratelimit-limit-requests': calls,
                'x-ratelimit-remaining-requests': Math.floor(memory.level),
                'x-ratelimit-reset-requests': `${Math.ceil(wholeInMs)}ms`,
                ...waits,
                ...(isRefused && { 'retry-after-ms': Math.ceil(nextInMs) }),
              },
    };
  }

  private memoryOf(model: string, level: number): Memory {
    let memory = this.memories.get(model);
    if (memory === undefined) {
      const [oldest] = this.memories.keys();
      if (this.memories.size >= MOST_REMEMBERED && oldest !== undefined) {
        this.memories.delete(oldest);
      }
      memory = { firstAt: this.now(), level, at: this.now() };
      this.memories.set(model, memory);
    }
    return memory;
  }
}

const answer = (status: number | null): SharedAnswer => ({
  error:
    status === null ? null : { kind: 'status', status, code: undefined, echo: false, headers: {} },
  limits: null,
});
