import { memberNamed, type RawMember } from '@reqrun/platform/json';

import { isObject } from '../endpoints/endpoint-module.js';
import { OneTimeBody } from '../one-time-body.js';

/** Hosts that are known to take `stream_options`. Others answer it with 400, 404, 422 or an empty stream. */
const HOSTS: ReadonlySet<string> = new Set(['api.openai.com']);
const NAME = 'stream_options';

/**
 * Tells by its base URL whether a provider is known to take `stream_options`. Base URLs of our own making, such as
 * the simulator's, take it too.
 *
 * @param baseUrl the base URL
 */
export function takesUsageOption(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && HOSTS.has(new URL(baseUrl).hostname);
}

/**
 * Adds `stream_options.include_usage` to a request; every other byte stays as it is.
 *
 * @param body what is sent; a large body is changed, any other is copied
 * @param bytes the same, as bytes: a JSON object
 * @param members members of the object
 * @returns the body with the option
 */
export function addUsageOption(
  body: Buffer | OneTimeBody,
  bytes: Buffer,
  members: readonly RawMember[],
): Buffer | OneTimeBody {
  const [from, to, inserted] = editOf(bytes, members);
  if (body instanceof OneTimeBody) {
    body.replace(from, to, inserted);
    return body;
  }
  return Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(to)]);
}

function editOf(
  bytes: Buffer,
  members: readonly RawMember[],
): [from: number, to: number, inserted: Buffer] {
  const given = memberNamed(members, NAME);
  if (given === undefined) {
    const at = members[0]?.start ?? bytes.indexOf('{') + 1;
    const comma = members.length > 0 ? ',' : '';
    return [at, at, Buffer.from(`"${NAME}":{"include_usage":true}${comma}`)];
  }
  const options: unknown = JSON.parse(bytes.toString('utf8', given.valueStart, given.end));
  const widened = { ...(isObject(options) && options), include_usage: true };
  return [given.valueStart, given.end, Buffer.from(JSON.stringify(widened))];
}
