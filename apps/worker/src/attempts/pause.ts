import type { LightAbortController } from '@reqrun/platform/abort';

/**
 * Resolves after a time, or as soon as the signal aborts.
 *
 * @param ms the time, in ms
 * @param end the signal
 */
export function pause(ms: number, end: LightAbortController): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      end.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    end.addEventListener('abort', done);
    if (end.aborted) {
      done();
    }
  });
}
