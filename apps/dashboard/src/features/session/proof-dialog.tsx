'use client';

import { Button, getDefaultZIndex, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, type ReactElement, useEffect, useState } from 'react';

import { ApiError } from '../../api/api-error';
import { api, done, proofGate } from '../../api/client';
import { CodeInput } from './code-input';
import { SESSION_KEY, useSession } from './session';
import { signInProblem } from './sign-in-problem';

/** Position above the dialog from which the call was sent. */
const Z_INDEX = getDefaultZIndex('modal') + 1;

/** Receives whether the user has authenticated again. */
type Answer = (given: boolean) => void;

/**
 * Dialog that asks for the password, or for a code of the second factor, when a call requires a recent
 * authentication. The call is sent again afterwards.
 */
export function ProofDialog(): ReactElement {
  const [answer, setAnswer] = useState<Answer | null>(null);
  useEffect(() => {
    proofGate.askWith(() => new Promise((resolve) => setAnswer(() => resolve)));
    return () => proofGate.askWith(null);
  }, []);
  const close = (given: boolean): void => {
    answer?.(given);
    setAnswer(null);
  };
  // Every open dialog receives the key. This dialog receives it first, because it is rendered before the
  // pages, and only this dialog closes, so that the input in the dialog below is kept.
  useWindowEvent(
    'keydown',
    (event) => {
      if (answer !== null && event.key === 'Escape' && !event.isComposing) {
        event.stopImmediatePropagation();
        close(false);
      }
    },
    { capture: true },
  );
  return (
    <Modal
      opened={answer !== null}
      onClose={() => close(false)}
      onExitTransitionEnd={focusDialogBelow}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size="sm"
      zIndex={Z_INDEX}
      title={<b>Confirm that it is you</b>}
    >
      {answer !== null && <Form onProved={() => close(true)} onCancel={() => close(false)} />}
    </Modal>
  );
}

/**
 * Returns the focus to the dialog from which the call was sent. Its button was disabled during the call, so
 * the browser can't restore the focus.
 */
function focusDialogBelow(): void {
  // The element of this dialog may still exist. It is the first one.
  const below = [...document.querySelectorAll<HTMLElement>('[role="dialog"]')].at(-1);
  if (below?.contains(document.activeElement) === false) {
    below.focus();
  }
}

function Form({
  onProved,
  onCancel,
}: {
  onProved: () => void;
  onCancel: () => void;
}): ReactElement {
  const { person } = useSession();
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [refusals, setRefusals] = useState(0);
  const byCode = person.totp_enabled;

  const confirm = async (proof: { password: string } | { code: string }): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await done(api.POST('/admin/session/confirm', { body: proof }));
      onProved();
      return;
    } catch (error) {
      setProblem(signInProblem(error));
      setCode('');
      setRefusals((so) => so + 1);
      if (!(error instanceof ApiError && error.code === 'invalid_value')) {
        // The session may have ended, or the second factor was enabled elsewhere.
        await client.invalidateQueries({ queryKey: SESSION_KEY });
      }
    }
    setBusy(false);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void confirm(byCode ? { code } : { password });
  };

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">
          {byCode
            ? 'This takes a new code of your authenticator app. It is good for ten minutes.'
            : 'This takes your password once more. It is good for ten minutes.'}
        </Text>
        {byCode ? (
          <CodeInput
            key={refusals}
            value={code}
            onChange={setCode}
            onComplete={(its) => void confirm({ code: its })}
            busy={busy}
            spread
          />
        ) : (
          <>
            {/* Tells a password manager which account the password belongs to. */}
            <input hidden readOnly autoComplete="username" value={person.email} />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              data-autofocus
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          </>
        )}
        {problem !== null && (
          <Text c="red" size="sm" role="alert">
            {problem}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Confirm
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
