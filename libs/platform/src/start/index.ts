import { setFlagsFromString } from 'node:v8';

/*
 * Memory of a process that starts. Import this before anything else: it works while the other modules are loaded.
 *
 * What is loaded stays, so V8 makes its young generation as large as it may be, 2 × 32 MiB with `npm start`, and
 * keeps it although nothing happens. It is held at its first size until the process is ready. From then on it grows
 * with the load, to the same size as before.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** Lets the young generation grow: the process is ready, and what is allocated from now on is dead soon. */
export function startIsOver(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
