import type { StreamRead } from '../ledger.js';
import type { Check, Evidence, StoredLog } from './evidence.js';

/** Readers see one log, byte for byte, and a clean end only behind the whole answer. */
export const streamsAreTheirLogs: Check = {
  name: "12 every reader's frames are those of one log, and no truncated answer ended cleanly",
  run: (evidence) => {
    // What is not in the table, the last moments of a log that died, must be the same for all who saw it.
    const seen = new Map<string, string>();
    return evidence.ledger.streams.flatMap((read) => [
      ...wrongOrder(read),
      ...wrongBytes(evidence, read, seen),
      ...wrongEnd(evidence, read),
    ]);
  },
};

const logOf = (frameId: string): number => Number(frameId.split('-')[0]);
const numberOf = (frameId: string): number => Number(frameId.split('-')[1]);
const about = ({ id, tag }: StreamRead): string => `${id} (${tag})`;

function wrongOrder(read: StreamRead): string[] {
  const { frames, after } = read;
  const [first] = frames;
  if (first === undefined) {
    return [];
  }
  const log = logOf(after ?? first.id);
  const from = after === null ? 0 : numberOf(after) + 1;
  const wrong = frames.findIndex(({ id }, n) => id !== `${log}-${from + n}`);
  return wrong === -1
    ? []
    : [`${about(read)}: ${frames[wrong]?.id ?? ''} where ${log}-${from + wrong} was due`];
}

function wrongBytes({ logs }: Evidence, read: StreamRead, seen: Map<string, string>): string[] {
  const stored = logs.get(read.id) ?? [];
  for (const { id, bytes } of read.frames) {
    const key = `${read.id} ${id}`;
    const known = stored.find(({ log }) => log === logOf(id))?.shown.get(id) ?? seen.get(key);
    if (known !== undefined && known !== bytes) {
      return [
        `${about(read)}: ${id} has other bytes than in the table, or than another reader got`,
      ];
    }
    seen.set(key, bytes);
  }
  return [];
}

function wrongEnd({ logs, requests }: Evidence, read: StreamRead): string[] {
  const { end, after, frames } = read;
  if (end === 'silent') {
    return [`${about(read)}: the answer ended without a clean end or an error`];
  }
  if (end === 'refused') {
    return [`${about(read)}: ${after ?? ''} was shown, and refused as a cursor`];
  }
  const last = frames.at(-1)?.id ?? after;
  if (end !== 'clean') {
    return [];
  }
  const log = (logs.get(read.id) ?? []).find((one) => last !== null && one.log === logOf(last));
  if (requests.get(read.id)?.status !== 'completed' || log?.isResult !== true) {
    return [`${about(read)}: a clean end of a log that is no result, after ${last ?? 'nothing'}`];
  }
  return lastOf(log) === last
    ? []
    : [
        `${about(read)}: a clean end after ${last ?? 'nothing'}, and the log goes to ${lastOf(log)}`,
      ];
}

const lastOf = ({ log, shown }: StoredLog): string =>
  `${log}-${Math.max(...[...shown.keys()].map(numberOf))}`;
