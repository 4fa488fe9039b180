'use client';

import { Alert, Button, Code, Group, Modal, Stack } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

import { CopyWide } from './copy';

/**
 * Dialog that shows a secret once. Only the memory of this dialog holds the secret.
 *
 * @param secret the secret; null for none
 * @param title name of the secret
 * @param note what is said about how it is kept
 * @param children instructions for its use
 * @param onClose called when the user has stored it
 */
export function SecretDialog({
  secret,
  title,
  note = 'This is shown once. Only a hash of it is kept: nobody can show it again.',
  children,
  onClose,
}: {
  secret: string | null;
  title: string;
  note?: string;
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
          {note}
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
