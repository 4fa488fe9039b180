import { requestIdFromUuid } from '@reqrun/contracts';
import type { Logger } from '@reqrun/platform/logging';
import type { Counter } from '@reqrun/platform/metrics';

import type { RequestObserver } from './request-events.js';

/**
 * Returns the observer of a process: it counts and logs each request that has ended.
 *
 * @param finished counter of ended requests
 * @param logger the log
 */
export function countAndLog(
  finished: Counter<'outcome' | 'code'>,
  logger: Logger,
): RequestObserver {
  return {
    ended({ id, projectId, status, errorCode, attempts }, isLogged) {
      finished.inc({ outcome: status, code: errorCode ?? '' });
      if (!isLogged) {
        logger.info('request.ended', {
          request_id: requestIdFromUuid(id),
          ...(projectId === undefined ? {} : { project_id: projectId }),
          status,
          error_code: errorCode,
          ...(attempts === undefined ? {} : { attempts }),
        });
      }
    },
    reopened(id, projectId) {
      logger.info('request.reopened', {
        request_id: requestIdFromUuid(id),
        project_id: projectId,
      });
    },
  };
}
