import { memberNamed, type RawMember, scanGradually } from '@reqrun/platform/json';

import { isObject } from '../endpoints/endpoint-module.js';

/** Parts of a request body that decide how its stream is read. */
export interface StreamRequest {
  /** Members of the body, by their places. */
  readonly members: readonly RawMember[];
  /** Its `n`: number of choices that were asked for. */
  readonly choices: number;
  /** Whether `stream_options.include_usage` is true. */
  readonly asksForUsage: boolean;
}

/**
 * Reads a request body without parsing its input.
 *
 * @param body JSON
 */
export async function readStreamRequest(body: Buffer): Promise<StreamRequest> {
  const { members } = await scanGradually(body);
  const valueOf = (name: string): unknown => {
    const member = memberNamed(members, name);
    return member === undefined
      ? undefined
      : JSON.parse(body.toString('utf8', member.valueStart, member.end));
  };
  const n = valueOf('n');
  const options = valueOf('stream_options');
  return {
    members,
    choices: typeof n === 'number' && Number.isInteger(n) && n > 0 ? n : 1,
    asksForUsage: isObject(options) && options['include_usage'] === true,
  };
}
