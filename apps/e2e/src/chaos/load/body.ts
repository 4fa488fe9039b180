import type { Random } from '../random.js';

/** A request of a client; the same wish gives the same body, byte for byte. */
export interface Wish {
  readonly tag: string;
  readonly model: string;
  /** Time that the caller waits, in ms, or 0. */
  readonly waitMs: number;
  readonly key: string | null;
  readonly bytes: number;
  readonly retryCount: number;
  readonly callTimeoutMs: number;
  readonly onLost: 'retry' | 'fail';
  /** Model that follows the first one; absent for none. */
  readonly fallback?: string;
  /** True when the answer is read as a stream. */
  readonly isStreamed?: boolean;
  /** Whether an identical request may get the answer as well. */
  readonly isCached?: boolean;
}

const FILLER = 'The quick brown fox jumps over the lazy dog. '.repeat(6_000);
const DEADLINE_MS = 180_000;

/**
 * Returns the body of a request.
 *
 * @param wish the request
 * @param canary text at the beginning and at the end of the prompt
 */
export function bodyOf(wish: Wish, canary: string): Buffer {
  const filler = FILLER.slice(0, Math.max(0, wish.bytes - 600));
  return Buffer.from(
    JSON.stringify({
      model: wish.model,
      messages: [{ role: 'user', content: `${canary} ${filler} ${canary}` }],
      metadata: { chaos: wish.tag },
      retry: { count: wish.retryCount },
      timeout: { call_timeout: wish.callTimeoutMs, deadline: DEADLINE_MS },
      on_lost: wish.onLost,
      ...(wish.fallback === undefined ? {} : { fallbacks: [{ model: wish.fallback }] }),
      ...(wish.isStreamed === true ? { stream: true } : {}),
      ...(wish.isCached === true ? { cache: { type: 'exact_match' } } : {}),
      ...(wish.waitMs > 0 ? { wait: true, wait_timeout_ms: wish.waitMs } : {}),
    }),
  );
}

/** Returns a size from 1 KiB to 256 KiB, in bytes; most are small. */
export function someBytes(random: Random): number {
  return Math.round(1024 * 256 ** (random.next() ** 4));
}
