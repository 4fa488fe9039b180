import { setImmediate as nextTurn } from 'node:timers/promises';

import { elementsOf, memberNamed, type RawMember, scanGradually } from '@reqrun/platform/json';

import { readError } from '../error-body.js';
import type { EmbeddingEntries } from './embedding-entries.js';
import {
  errorInBody,
  invalid,
  isObject,
  type JudgedBody,
  topLevelUsage,
} from './endpoint-module.js';

/** Bytes of entries that are read in one turn of the event loop. */
const SLICE_BYTES = 256 * 1024;
const OPEN_BRACKET = 0x5b;

/**
 * Judges a large answer of embeddings entry by entry. Parsed as a whole, tens of MiB of numbers would hold up
 * every other call of the process, and take several times their size.
 *
 * @param body bytes of the answer
 * @param count number of inputs; null where it is not known
 * @param entries takes the entries
 * @returns null where the body is no object with an array `data`
 */
export async function judgeLargeEmbeddings(
  body: Buffer,
  count: number | null,
  entries: EmbeddingEntries,
): Promise<JudgedBody | null> {
  const { members, fault } = await scanGradually(body);
  if (fault !== null) {
    return invalid('not_json');
  }
  const data = memberNamed(members, 'data');
  if (data === undefined || body[data.valueStart] !== OPEN_BRACKET) {
    return null;
  }
  const rest = withoutData(body, members);
  const error = readError(rest['error']);
  if (error !== null) {
    return errorInBody(error);
  }
  let read = 0;
  for (const [from, to] of elementsOf(body, data.valueStart, data.end)) {
    entries.add(JSON.parse(body.toString('utf8', from, to)));
    read += to - from;
    if (read >= SLICE_BYTES) {
      read = 0;
      await nextTurn();
    }
  }
  return entries.areWhole(count)
    ? { ok: true, usage: topLevelUsage(rest), isCacheable: true }
    : invalid('wrong_shape');
}

/** The members besides `data`, parsed. */
function withoutData(
  body: Buffer,
  members: readonly RawMember[],
): Readonly<Record<string, unknown>> {
  const small = members
    .filter(({ name }) => name !== 'data')
    .map(({ start, end }) => body.toString('utf8', start, end));
  const parsed: unknown = JSON.parse(`{${small.join(',')}}`);
  return isObject(parsed) ? parsed : {};
}
