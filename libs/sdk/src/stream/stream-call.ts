import type { HttpCall } from '../http/transport.js';
import { requestPath } from '../request-path.js';

/**
 * The call for the stream of a stored request.
 *
 * @param id `rr_…`
 * @param lastEventId the id of the frame behind which it begins; null for the first one
 * @param includeUsage whether the frame that has the usage alone is shown
 * @param headers sent beside the client's own
 * @param maxRetries how often it is made again; 0 where its caller does that
 * @throws ReqRunError when the id is none
 */
export function streamCall(
  id: string,
  lastEventId: string | null,
  includeUsage: boolean,
  headers: Readonly<Record<string, string>>,
  maxRetries = 0,
): HttpCall {
  const query = [
    ...(lastEventId === null ? [] : [`starting_after=${encodeURIComponent(lastEventId)}`]),
    ...(includeUsage ? ['include_usage=true'] : []),
  ].join('&');
  const path = requestPath('/requests', id, `/stream${query === '' ? '' : `?${query}`}`);
  return { method: 'GET', path, headers, repeatable: true, maxRetries };
}
