import type { WaitingReason } from './request-record.js';

/**
 * Describes what a request waits for, in words that follow "waits for".
 *
 * @param reason the reason
 * @param code the provider's own error code behind it, or `by_hand`; null where there is none
 */
export function describeWait(reason: WaitingReason, code: string | null): string {
  const isByHand = code === 'by_hand';
  const cause = code === null ? '' : ` (${code})`;
  switch (reason) {
    case 'identical_request':
      return 'the answer of an identical request';
    case 'rate_limited':
      return isByHand ? 'a limit that was set by hand' : `a limit of its provider${cause}`;
    case 'circuit_open':
      return isByHand
        ? 'its provider, whose calls were stopped by hand'
        : `its provider, which fails${cause}`;
    case 'concurrency_limited':
      return 'a call of its project to end: as many run as its bound of calls at once allows';
  }
}
