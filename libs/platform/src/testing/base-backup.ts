import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type pg from 'pg';

const run = promisify(execFile);

/**
 * Copies a running server by PostgreSQL's low-level backup, which needs no program beside the server itself. The
 * copy recovers when it is started. Source: https://www.postgresql.org/docs/18/continuous-archiving.html
 *
 * @param from folder of the server
 * @param to folder of the copy; what is in it goes
 * @param client connection of a superuser to the server
 * @param files texts of further files of the copy, by name
 */
export async function takeBaseBackup(
  from: string,
  to: string,
  client: Pick<pg.ClientBase, 'query'>,
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [source, copy] = [join(from, 'cluster'), join(to, 'cluster')];
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  await client.query("SELECT pg_backup_start('copy', true)");
  await cp(join(from, 'password'), join(to, 'password'));
  // A file may go while it is copied; the log has what becomes of it.
  await run('cp', ['-a', source, copy]).catch(() => undefined);
  const { rows } = await client.query<{ labelfile: string }>(
    'SELECT labelfile FROM pg_backup_stop(false)',
  );
  // What was written meanwhile is needed for the recovery.
  await run('cp', ['-a', join(source, 'pg_wal'), copy]).catch(() => undefined);
  await Promise.all(
    ['postmaster.pid', 'postmaster.opts'].map((name) => rm(join(copy, name), { force: true })),
  );
  const { uid, gid } = await stat(source);
  for (const [name, text] of Object.entries({
    backup_label: rows[0]?.labelfile ?? '',
    ...files,
  })) {
    await writeFile(join(copy, name), text);
    await chown(join(copy, name), uid, gid);
    await chmod(join(copy, name), 0o600);
  }
}
