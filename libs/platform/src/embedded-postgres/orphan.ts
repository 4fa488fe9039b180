import { open, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { EmbeddedPostgresError } from './error.js';
import { homeAt } from './home.js';
import { describeProcess, signal, type ProcessDescription } from './processes.js';

/** How long a server left behind has for each signal, in milliseconds. */
const SIGNAL_PATIENCE_MS = { SIGINT: 30_000, SIGQUIT: 10_000 } as const;
const POLL_MS = 50;

/** Contents of the first and the last lines of a `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** `starting`, `ready`, `stopping` or `standby`; missing while the server is very young. */
  readonly status: string | undefined;
}

/** Reads PostgreSQL's lock file; its lines are listed in PostgreSQL's `miscadmin.h`. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() } : undefined;
}

/**
 * The server names the process that started it on its command line (`cluster_name`), so that
 * ownership is known from the first instant on. It is an orphan as soon as that process is no longer
 * its parent; to compare with 1 would not do, for whoever adopts orphans may be another process (a
 * subreaper), and the starter itself may be process 1 of a container.
 */
export function ownerMark(pid: number): string {
  return `cluster_name=reqrun_owner_${pid}`;
}

function isOwnedByParent({ parentPid, commandLine }: ProcessDescription): boolean {
  return commandLine.split(/[\0 ]/).includes(ownerMark(parentPid));
}

/** Report of what was found running on a data folder, and what was done about it. */
export type OrphanOutcome = 'none' | 'stopped' | 'in_use';

/**
 * Stops a server whose starter was killed and which therefore still runs on this data folder. A
 * server of a living starter is left alone.
 *
 * @param dataDirectory as given to `startEmbeddedPostgres`
 * @throws {EmbeddedPostgresError} `stop_failed` when the server outlives the signals
 */
export async function stopOrphan(dataDirectory: string): Promise<OrphanOutcome> {
  const directory = await realpath(dataDirectory).catch(() => undefined);
  return directory === undefined ? 'none' : await stopOrphanOf(homeAt(directory).cluster);
}

/** The same for a cluster's own folder. */
export async function stopOrphanOf(cluster: string): Promise<OrphanOutcome> {
  const pid = (await readPostmasterFile(cluster))?.pid;
  if (pid === undefined) {
    return 'none';
  }
  const found = await describeProcess(pid);
  if (found?.commandLine.includes(cluster) !== true) {
    return 'none';
  }
  if (isOwnedByParent(found)) {
    return 'in_use';
  }
  for (const [name, patienceMs] of Object.entries(SIGNAL_PATIENCE_MS)) {
    signal(pid, name as NodeJS.Signals);
    for (let waited = 0; waited < patienceMs; waited += POLL_MS) {
      if ((await describeProcess(pid))?.commandLine.includes(cluster) !== true) {
        return 'stopped';
      }
      await delay(POLL_MS);
    }
  }
  throw new EmbeddedPostgresError(
    'stop_failed',
    `A PostgreSQL server left behind on ${cluster} (process ${pid}) does not stop.`,
  );
}

/**
 * After a crash the process id in `postmaster.pid` may by now belong to somebody else, and PostgreSQL
 * then refuses to start for ever (usual in containers, where ids repeat). Deleting the file would
 * also delete the shared-memory key by which PostgreSQL notices surviving backends; naming ourselves,
 * the parent of the server to come, is accepted by PostgreSQL and keeps that check.
 */
export async function disownPostmasterFile(cluster: string): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  const named = (await readPostmasterFile(cluster))?.pid;
  if (named === undefined || named === process.pid) {
    return;
  }
  const found = await describeProcess(named);
  if (found === undefined || found.commandLine.includes(cluster)) {
    return;
  }
  const rest = (await readFile(path, 'utf8')).split('\n').slice(1);
  const file = await open(path, 'r+');
  try {
    await file.truncate(0);
    await file.write([process.pid, ...rest].join('\n'), 0);
  } finally {
    await file.close();
  }
}
