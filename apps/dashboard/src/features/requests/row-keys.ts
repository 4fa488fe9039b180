import { useHotkeys } from '@mantine/hooks';

/**
 * Walks through the rows with j and k. What is focused is the row's link, so Enter opens it.
 *
 * @param onOlder turns to the next page, with ]; null when there is none
 * @param onNewer turns back, with [; null when there is none
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
