/** A request's status, as the API names it. */
export type RequestStatus =
  'queued' | 'processing' | 'retrying' | 'completed' | 'failed' | 'canceled';

/** All of them, in the order of a request's life. */
export const STATUSES: readonly RequestStatus[] = [
  'queued',
  'processing',
  'retrying',
  'completed',
  'failed',
  'canceled',
];

/**
 * Whether nothing more comes of a request by itself.
 *
 * @param status its status
 */
export const isTerminal = (status: RequestStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'canceled';
