'use client';

import { Button } from '@mantine/core';
import { IconMoodSad } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { EmptyState } from '../../ui/states';

/** Error page in place of a page that failed to render. */
export default function PageError({ reset }: { reset: () => void }): ReactElement {
  return (
    <EmptyState
      icon={<IconMoodSad size={24} />}
      title="This page broke"
      action={<Button onClick={reset}>Try again</Button>}
    >
      That is a defect of the dashboard. Nothing was changed; the requests go on.
    </EmptyState>
  );
}
