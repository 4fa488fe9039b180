import { accessSync, constants } from 'node:fs';
import { delimiter } from 'node:path';

type Suite = (name: string, define: () => void) => void;

/** The part of Jest's globals that is used; this library is also compiled without Jest's types. */
interface JestGlobals {
  readonly describe: Suite & { readonly skip: Suite };
  readonly it: (name: string, test: () => void) => void;
}

/** Folders of distributions for the programs of servers, which the PATH of a plain user leaves out. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/**
 * Whether there is a program on the PATH or where distributions keep servers.
 *
 * @param program such as `redis-server`
 */
export function programAvailable(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.some((directory) => {
    try {
      accessSync(`${directory}/${program}`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * A suite that needs a program of the system. Where there is none it is reported as skipped, with the reason in
 * its name; in continuous integration (`CI` is set) that would hide a gap, so there it fails.
 *
 * @param program such as `pgbouncer`
 * @param name what the suite is about
 * @param define its tests
 */
export function describeWithProgram(program: string, name: string, define: () => void): void {
  const { describe, it } = globalThis as unknown as JestGlobals;
  if (programAvailable(program)) {
    describe(name, define);
  } else if (['', '0', 'false', undefined].includes(process.env['CI'])) {
    describe.skip(`${name} (skipped: there is no ${program} on the PATH)`, define);
  } else {
    describe(name, () => {
      it(`needs a ${program} on the PATH`, () => {
        throw new Error(`In continuous integration this has to be tested: install ${program}.`);
      });
    });
  }
}
