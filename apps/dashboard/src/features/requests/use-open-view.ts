import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useEffect } from 'react';

import { setQuery } from '../../ui/address';
import { type View, viewQuery } from './view-queries';

/** Name of a view's id in the address. */
export const VIEW = 'view';

/** The view that the address names. */
export interface OpenView {
  /** Null where the address names none, or it is not known yet. */
  readonly view: View | null;
  /** True when the address has nothing but the view, whose filters are to come. */
  readonly isOpening: boolean;
  readonly error: Error | null;
}

/**
 * Returns the view that the address names. A link to a view has its id alone: its filters and its look are put into
 * the address then, so that they can be changed from there.
 *
 * @param projectId UUID of the project
 */
export function useOpenView(projectId: string): OpenView {
  const search = useSearchParams();
  const id = search.get(VIEW) ?? '';
  const { data, error } = useQuery({ ...viewQuery(projectId, id), enabled: id !== '' });
  const isBare = id !== '' && search.size === 1;
  useEffect(() => {
    if (isBare && data !== undefined && data.query !== '') {
      setQuery(addressOf(data), 'replace');
    }
  }, [isBare, data]);
  return {
    view: id === '' ? null : (data ?? null),
    isOpening: isBare && (data === undefined ? error === null : data.query !== ''),
    error: id === '' ? null : error,
  };
}

/**
 * Returns the query of the address that shows a view.
 *
 * @param view the view
 */
export function addressOf({ id, query }: View): URLSearchParams {
  const address = new URLSearchParams(query);
  address.set(VIEW, id);
  return address;
}
