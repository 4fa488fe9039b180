import { RandomBytes } from '@reqrun/platform/crypto';
import { v7 } from 'uuid';

const UUID_BYTES = 16;
const randoms = new RandomBytes(UUID_BYTES);

/** A new UUID that sorts by its time to the millisecond (RFC 9562, version 7). */
export function newUuid(): string {
  // Left to itself the library asks the system for each id's few bytes.
  return v7({ rng: () => randoms.next() });
}
