'use client';

import { Button, Code, Group, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBraces } from '@tabler/icons-react';
import type { ReactElement } from 'react';

import { CopyWide } from '../../ui/copy';
import type { AdminRequest } from '../requests/queries';
import type { Attempt } from './queries';

/**
 * Button that shows the record and its attempts as the API has them. They have no contents.
 *
 * @param request the record
 * @param attempts its attempts
 */
export function RecordJson({
  request,
  attempts,
}: {
  request: AdminRequest;
  attempts: readonly Attempt[];
}): ReactElement {
  const [opened, { open, close }] = useDisclosure();
  const text = opened ? JSON.stringify({ ...request, attempts_made: attempts }, null, 2) : '';
  return (
    <>
      <Button variant="default" leftSection={<IconBraces size={15} />} onClick={open}>
        JSON
      </Button>
      <Modal opened={opened} onClose={close} size="xl" title={<b>Record of the request</b>}>
        <Code
          block
          tabIndex={0}
          aria-label="Record"
          style={{ maxHeight: '60vh', overflow: 'auto', whiteSpace: 'pre' }}
        >
          {text}
        </Code>
        <Group justify="flex-end" mt="md">
          <CopyWide value={text} label="Copy" />
        </Group>
      </Modal>
    </>
  );
}
