'use client';

import { Alert, Button, Code, Group, Modal, Stack } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

import { CopyWide } from './copy';

/**
 * Shows a secret the one time that it can be seen. It stands in this dialog's memory alone.
 *
 * @param secret the secret; null shows nothing
 * @param title what it is
 * @param children what to do with it
 * @param onClose called when it has been put away
 */
export function SecretDialog({
  secret,
  title,
  children,
  onClose,
}: {
  secret: string | null;
  title: string;
  children?: ReactNode;
  onClose: () => void;
}): ReactElement {
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      size="lg"
      title={<b>{title}</b>}
    >
      <Stack gap="md">
        <Alert color="yellow" icon={<IconEyeOff />} variant="light">
          This is shown once. Only a hash of it is kept: nobody can show it again.
        </Alert>
        <Code
          block
          data-testid="secret"
          style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
        >
          {secret}
        </Code>
        {children}
        <Group justify="flex-end" gap="xs">
          <CopyWide value={secret ?? ''} label="Copy" />
          <Button variant="default" onClick={onClose}>
            I have stored it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
