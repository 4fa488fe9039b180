'use client';

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type SubmitEvent, type ReactElement, type ReactNode, useState } from 'react';

import { messageOf } from '../api/api-error';

/** A question before an action that loses data or redirects calls. */
export interface Confirmation {
  readonly title: string;
  /** Full description of what is lost or changed. */
  readonly children: ReactNode;
  /** Label of the button: the action, not "OK". */
  readonly action: string;
  /** Label of the button that changes nothing; "Cancel" by default. */
  readonly dismissal?: string;
  /** Text that the user has to type, if the loss is permanent. */
  readonly typed?: string | undefined;
  /** Whether the action can be taken back, so that its button is not red. */
  readonly isHarmless?: boolean;
  readonly onConfirm: () => Promise<unknown>;
}

/**
 * Dialog that asks before an action that loses data. The button is busy until the answer arrives. The dialog
 * also shows a refusal.
 *
 * @param confirmation the question; null for none
 * @param onClose called when the dialog closes
 */
export function ConfirmDialog({
  confirmation,
  onClose,
}: {
  confirmation: Confirmation | null;
  onClose: () => void;
}): ReactElement {
  return (
    <Modal opened={confirmation !== null} onClose={onClose} title={<b>{confirmation?.title}</b>}>
      {confirmation !== null && <Body confirmation={confirmation} onClose={onClose} />}
    </Modal>
  );
}

function Body({
  confirmation: { children, action, dismissal = 'Cancel', typed, isHarmless = false, onConfirm },
  onClose,
}: {
  confirmation: Confirmation;
  onClose: () => void;
}): ReactElement {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        {typed !== undefined && (
          <TextInput
            label={
              <>
                Type <b>{typed}</b> to confirm
              </>
            }
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
        )}
        {problem !== null && (
          <Text c="red" size="sm" role="alert">
            {problem}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {dismissal}
          </Button>
          <Button
            type="submit"
            {...(!isHarmless && { color: 'red.8' })}
            loading={busy}
            disabled={typed !== undefined && text !== typed}
            {...(typed === undefined && { 'data-autofocus': true })}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
