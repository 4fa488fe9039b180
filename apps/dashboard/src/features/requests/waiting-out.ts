import type { AdminRequest } from './queries';

/**
 * Tells whether a request waits out an outage or a rate limit: it is tried again until its deadline, and no
 * count of retries ends it before.
 *
 * @param request its record
 */
export const isWaitingOut = (
  request: Pick<AdminRequest, 'status' | 'retry_until_deadline'>,
): boolean => request.status === 'retrying' && request.retry_until_deadline;
