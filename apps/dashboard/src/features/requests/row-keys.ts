import { useHotkeys } from '@mantine/hooks';

/**
 * Moves the focus between rows with j and k. The row's link gets the focus, so Enter opens the row.
 *
 * @param onOlder opens the next page, with ]; null when there is none
 * @param onNewer opens the previous page, with [; null when there is none
 */
export function useRowKeys(onOlder: (() => void) | null, onNewer: (() => void) | null): void {
  useHotkeys([
    ['j', () => step(1)],
    ['k', () => step(-1)],
    [']', () => onOlder?.()],
    ['[', () => onNewer?.()],
  ]);
}

function step(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('[data-request-row] a')];
  const here = links.findIndex((link) => link === document.activeElement);
  const next = here === -1 ? (by === 1 ? 0 : links.length - 1) : here + by;
  const link = links[next];
  link?.focus();
  link?.scrollIntoView({ block: 'nearest' });
}
