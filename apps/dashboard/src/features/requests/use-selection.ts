import { useHotkeys } from '@mantine/hooks';
import { useRef, useState } from 'react';

import type { AdminRequest } from './queries';

/** The selected rows of a list. */
export interface Selection {
  /** Their requests with the present states, as in the list. */
  readonly selected: readonly AdminRequest[];
  readonly has: (id: string) => boolean;
  /**
   * Selects a row, or takes the selection back.
   *
   * @param id id of the request
   * @param isRange whether all rows from the one that was toggled before are to follow
   */
  readonly toggle: (id: string, isRange?: boolean) => void;
  /** Selects all rows; takes the selection back where all are selected. */
  readonly toggleAll: () => void;
  readonly clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Keeps which rows of a list are selected, for as long as the same list is shown. `x` toggles the row with the focus.
 *
 * @param rows the rows on the screen
 * @param list filters and page of the list; another list begins without a selection
 */
export function useSelection(rows: readonly AdminRequest[], list: string): Selection {
  const [state, setState] = useState({ list, ids: NONE });
  const last = useRef<string | null>(null);
  const ids = state.list === list ? state.ids : NONE;
  const set = (next: ReadonlySet<string>): void => setState({ list, ids: next });
  const selected = rows.filter(({ id }) => ids.has(id));

  const toggle = (id: string, isRange = false): void => {
    const isOn = !ids.has(id);
    const range = isRange ? between(rows, last.current, id) : [id];
    last.current = id;
    const next = new Set(ids);
    for (const each of range) {
      if (isOn) {
        next.add(each);
      } else {
        next.delete(each);
      }
    }
    set(next);
  };
  useHotkeys([
    [
      'x',
      () => {
        const row = document.activeElement?.closest<HTMLElement>('[data-request-row]');
        const id = row?.dataset['requestRow'];
        if (id !== undefined) {
          toggle(id);
        }
      },
    ],
  ]);
  return {
    selected,
    has: (id) => ids.has(id),
    toggle,
    toggleAll: () =>
      set(selected.length === rows.length ? NONE : new Set(rows.map(({ id }) => id))),
    clear: () => set(NONE),
  };
}

/** Returns the ids from one row to another, in either direction; the other alone where the first is not there. */
function between(rows: readonly AdminRequest[], from: string | null, to: string): string[] {
  const ids = rows.map(({ id }) => id);
  const [start, end] = [ids.indexOf(from ?? ''), ids.indexOf(to)];
  return start === -1 || end === -1
    ? [to]
    : ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}
