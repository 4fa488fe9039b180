import { ReqRunError } from './errors.js';

/**
 * The path of one request.
 *
 * @param collection e.g. `/requests`
 * @param id `rr_…`
 * @param rest e.g. `/cancel`
 * @throws ReqRunError when it is no id: without one the path would be another's
 */
export function requestPath(collection: string, id: string, rest = ''): string {
  if (typeof id !== 'string' || !/^\w+$/.test(id)) {
    throw new ReqRunError('The id of a request is like rr_0123….');
  }
  return `${collection}/${id}${rest}`;
}
