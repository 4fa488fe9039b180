import type { AdminRequest } from './queries';

/**
 * Returns whether a request waits for the end of an outage or a rate limit. It is retried until its
 * deadline, regardless of its number of retries.
 *
 * @param request the request
 */
export const isWaitingOut = (
  request: Pick<AdminRequest, 'status' | 'retry_until_deadline'>,
): boolean => request.status === 'retrying' && request.retry_until_deadline;
