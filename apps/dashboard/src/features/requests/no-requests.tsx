'use client';

import { Button } from '@mantine/core';
import { IconFilterOff, IconInbox } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactElement } from 'react';

import { EmptyState } from '../../ui/states';
import { useProject } from '../projects/current-project';
import { paths } from '../shell/paths';

/**
 * Placeholder of an empty list: no request matches, or none was made yet.
 *
 * @param isFiltered whether filters are active
 * @param onClear removes all filters
 */
export function NoRequests({
  isFiltered,
  onClear,
}: {
  isFiltered: boolean;
  onClear: () => void;
}): ReactElement {
  const { id } = useProject();
  return isFiltered ? (
    <EmptyState
      icon={<IconFilterOff size={24} />}
      title="No requests match these filters"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filters
        </Button>
      }
    >
      Model, error code and metadata have to be the same to the letter.
    </EmptyState>
  ) : (
    <EmptyState
      icon={<IconInbox size={24} />}
      title="No request yet"
      action={
        <Button component={Link} href={paths.overview(id)}>
          First steps
        </Button>
      }
    >
      Requests show here the moment they are accepted.
    </EmptyState>
  );
}
