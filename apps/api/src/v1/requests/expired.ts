import { requestIdFromUuid } from '@reqrun/contracts';
import type { Logger } from '@reqrun/platform/logging';
import type { SignalBus } from '@reqrun/platform/signals';
import type { Recovered } from '@reqrun/requests';

import type { ApiMetrics } from '../../metrics.js';

/**
 * Counts, logs and tells of requests that this process found past their deadline and ended: a
 * deadline holds without any worker, and so do its line and its number.
 *
 * @param expired what was ended
 * @param to where it is told
 */
export function reportExpired(
  expired: readonly Recovered[],
  to: { signals: SignalBus; metrics: ApiMetrics; logger: Logger },
): void {
  const ids = expired.map(({ id }) => id);
  to.signals.publish('finished', ids);
  // A worker that still calls the provider for one of them may stop.
  to.signals.publish('canceled', ids);
  for (const { id, status, attempts, errorCode } of expired) {
    to.metrics.finished.inc({ outcome: status, code: errorCode ?? '' });
    to.logger.info('request', {
      request_id: requestIdFromUuid(id),
      status,
      error_code: errorCode,
      attempts,
    });
  }
}
