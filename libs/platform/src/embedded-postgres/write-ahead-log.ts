import { open } from 'node:fs/promises';
import { join } from 'node:path';

import type { ServerUser } from './server-user.js';

/** A segment as `initdb` makes them by default, in MiB. */
const SEGMENT_MIB = 16;

/**
 * Makes the segments of a new cluster's write-ahead log that follow the first. A commit that needs a
 * segment that is not there fills one with zeros and forces it to the disk, for 50 ms and more, while
 * all others wait for it. The server takes one that it finds, which is how it uses old ones again.
 *
 * @param cluster the folder that `initdb` has made; no server runs on it yet
 * @param mib how large the log is to be
 * @param user who the server runs as, when that is not us
 */
export async function layOutWriteAheadLog(
  cluster: string,
  mib: number,
  user: ServerUser | undefined,
): Promise<void> {
  const count = Math.floor(mib / SEGMENT_MIB);
  const later = Array.from({ length: Math.max(0, count - 1) }, (_, index) => index + 2);
  const zeros = Buffer.alloc(1024 * 1024);
  await Promise.all(
    later.map((number) => layOutSegment(join(cluster, 'pg_wal', segmentName(number)), zeros, user)),
  );
}

/** Timeline 1, then the segment's number; both in hexadecimal, see "WAL Internals" in the manual. */
const segmentName = (number: number): string =>
  `00000001${number.toString(16).toUpperCase().padStart(16, '0')}`;

/** @param zeros 1 MiB */
async function layOutSegment(
  path: string,
  zeros: Buffer,
  user: ServerUser | undefined,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for (let mib = 0; mib < SEGMENT_MIB; mib += 1) {
      await file.writeFile(zeros);
    }
    if (user !== undefined) {
      await file.chown(user.uid, user.gid);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}
