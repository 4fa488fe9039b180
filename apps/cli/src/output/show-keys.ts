import type { Key } from '../admin/types.js';
import type { Colors } from './output.js';
import { printable, shortTime } from './printable.js';
import { table } from './table.js';

/**
 * Keys as a table, newest first. None of them can be told from it.
 *
 * @param keys which
 * @param colors for the screen
 */
export function showKeys(keys: readonly Key[], colors: Colors): string {
  return table(
    ['ID', 'NAME', 'MODE', 'KEY', 'STATE', 'SCOPES', 'CREATED (UTC)', 'EXPIRES', 'LAST USED'],
    keys.map((key) => [
      printable(key.id),
      printable(key.name),
      printable(key.mode),
      printable(`${key.prefix}…${key.last_four}`),
      showState(key.state, colors),
      printable(key.scopes.join(' ')),
      shortTime(key.created_at),
      shortTime(key.expires_at),
      shortTime(key.last_used_at),
    ]),
    colors,
  );
}

function showState(state: Key['state'], colors: Colors): string {
  switch (state) {
    case 'active':
      return colors.green(state);
    case 'expiring':
      return colors.yellow(state);
    case 'expired':
    case 'revoked':
      return colors.red(state);
  }
}
