/** Status of a request, as in the API. */
export type RequestStatus =
  'queued' | 'processing' | 'retrying' | 'completed' | 'failed' | 'canceled';

/** All statuses, in the order of a request's life. */
export const STATUSES: readonly RequestStatus[] = [
  'queued',
  'processing',
  'retrying',
  'completed',
  'failed',
  'canceled',
];

/**
 * Returns whether a status is terminal.
 *
 * @param status status of the request
 */
export const isTerminal = (status: RequestStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'canceled';
