'use client';

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactElement, type SubmitEvent, useState } from 'react';

import { messageOf } from '../../api/api-error';

/**
 * Dialog that asks for the name of a view.
 *
 * @param title title of the dialog
 * @param initial the name to begin with
 * @param onSave saves the view under the name; the dialog shows why it was refused
 */
export function NameViewDialog({
  opened,
  onClose,
  title,
  initial,
  onSave,
}: {
  opened: boolean;
  onClose: () => void;
  title: string;
  initial: string;
  onSave: (name: string) => Promise<void>;
}): ReactElement {
  return (
    <Modal opened={opened} onClose={onClose} title={<b>{title}</b>} size="sm">
      {opened && <Form initial={initial} onSave={onSave} onClose={onClose} />}
    </Modal>
  );
}

function Form({
  initial,
  onSave,
  onClose,
}: {
  initial: string;
  onSave: (name: string) => Promise<void>;
  onClose: () => void;
}): ReactElement {
  const [name, setName] = useState(initial);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await onSave(name.trim());
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <TextInput
          label="Name"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem}
          autoComplete="off"
          data-autofocus
        />
        <Text size="xs" c="dimmed">
          It keeps the filters, the columns and their order. The view is yours; whoever has its link
          can open it.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ''}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
