import type { Provider } from '../admin/types.js';
import type { Colors } from './output.js';
import { printable, shortTime } from './printable.js';
import { table } from './table.js';

/**
 * Providers as a table, the default one first. No key can be told from it.
 *
 * @param providers which
 * @param colors for the screen
 */
export function showProviders(providers: readonly Provider[], colors: Colors): string {
  return table(
    ['NAME', 'KIND', 'BASE URL', 'KEY', 'DEFAULT', 'MODELS', 'CHANGED (UTC)'],
    providers.map((provider) => [
      printable(provider.name),
      printable(provider.kind),
      printable(provider.base_url),
      provider.key_last_four === null ? '' : printable(`…${provider.key_last_four}`),
      provider.is_default ? colors.green('yes') : '',
      printable(provider.models.join(' ')),
      shortTime(provider.updated_at),
    ]),
    colors,
  );
}
