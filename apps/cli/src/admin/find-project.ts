import { CliError, EXIT, UsageError } from '../exit-codes.js';
import type { Project } from './types.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The id of the project that is meant.
 *
 * @param wanted a name or an id; undefined for the only one
 * @param list gets all projects; not asked when an id was given
 * @throws UsageError when it is not clear which is meant
 * @throws CliError when there is none
 */
export async function findProject(
  wanted: string | undefined,
  list: () => Promise<readonly Project[]>,
): Promise<string> {
  if (wanted !== undefined && UUID.test(wanted)) {
    return wanted;
  }
  const projects = await list();
  const fitting = projects.filter(({ name, archived_at: archived }) =>
    wanted === undefined ? archived === null : name === wanted,
  );
  const [project] = fitting;
  if (project === undefined) {
    throw new CliError(
      EXIT.notFound,
      wanted === undefined ? 'There is no project.' : `There is no project named ${wanted}.`,
    );
  }
  if (fitting.length > 1) {
    throw new UsageError(
      [
        'There are several projects. Say which with --project:',
        ...fitting.map(({ id, name }) => `  ${id}  ${name}`),
      ].join('\n'),
    );
  }
  return project.id;
}
