import type { BoundedProject } from '../admin/types.js';
import type { Colors } from './output.js';
import { printable } from './printable.js';
import { table } from './table.js';

/**
 * Projects as a table, with their bounds.
 *
 * @param projects which
 * @param colors for the screen
 */
export function showProjects(projects: readonly BoundedProject[], colors: Colors): string {
  return table(
    ['ID', 'NAME', 'MAX OPEN', 'MAX CALLS', 'ARCHIVED'],
    projects.map(({ id, name, archived_at: archived, settings }) => [
      id,
      printable(name),
      settings.max_open_requests?.toString() ?? '',
      settings.max_concurrent_calls?.toString() ?? '',
      archived === null ? '' : colors.yellow('yes'),
    ]),
    colors,
  );
}
