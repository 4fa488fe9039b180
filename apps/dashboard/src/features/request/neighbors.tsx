'use client';

import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconArrowLeft, IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ReactElement, useState } from 'react';

import { recallList } from '../requests/list-memory';
import { paths } from '../shell/paths';

/**
 * Links back to the list that the user came from, with its filters, and to the requests above and below in it.
 *
 * @param projectId UUID of the project
 * @param requestId id of the request
 */
export function Neighbors({
  projectId,
  requestId,
}: {
  projectId: string;
  requestId: string;
}): ReactElement {
  const router = useRouter();
  const [list] = useState(() => recallList(projectId));
  const place = list?.ids.indexOf(requestId) ?? -1;
  const above = place > 0 ? list?.ids[place - 1] : undefined;
  const below = place === -1 ? undefined : list?.ids[place + 1];
  const open = (id: string | undefined): void => {
    if (id !== undefined) {
      router.push(paths.request(projectId, id));
    }
  };
  useHotkeys([
    ['k', () => open(above)],
    ['j', () => open(below)],
  ]);
  const query = list === null || list.query === '' ? '' : `?${list.query}`;
  return (
    <>
      <Button
        component={Link}
        href={`${paths.requests(projectId)}${query}`}
        variant="default"
        leftSection={<IconArrowLeft size={15} />}
      >
        Requests
      </Button>
      {place !== -1 && (
        <ActionIcon.Group>
          <Step label="Newer request (k)" id={above} projectId={projectId}>
            <IconChevronUp size={17} />
          </Step>
          <Step label="Older request (j)" id={below} projectId={projectId}>
            <IconChevronDown size={17} />
          </Step>
        </ActionIcon.Group>
      )}
    </>
  );
}

function Step({
  label,
  id,
  projectId,
  children,
}: {
  label: string;
  id: string | undefined;
  projectId: string;
  children: ReactElement;
}): ReactElement {
  const shared = { variant: 'default', size: 36, 'aria-label': label } as const;
  return (
    <Tooltip label={label}>
      {id === undefined ? (
        <ActionIcon {...shared} data-disabled aria-disabled>
          {children}
        </ActionIcon>
      ) : (
        <ActionIcon {...shared} component={Link} href={paths.request(projectId, id)}>
          {children}
        </ActionIcon>
      )}
    </Tooltip>
  );
}
