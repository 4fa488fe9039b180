import { RandomBytes } from '@reqrun/platform/crypto';
import { v7 } from 'uuid';

const UUID_BYTES = 16;
const randoms = new RandomBytes(UUID_BYTES);

/** Returns a new UUID that sorts by its time to the millisecond (RFC 9562, version 7). */
export function newUuid(): string {
  // By default the library would ask the system for the few bytes of each id.
  return v7({ rng: () => randoms.next() });
}
