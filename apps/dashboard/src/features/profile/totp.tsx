'use client';

import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { QRCodeSVG } from 'qrcode.react';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import { api, done, type Schema, take } from '../../api/client';
import { CopyText } from '../../ui/copy';
import { notifyDone, notifyFailed } from '../../ui/notify';
import { Section } from '../../ui/states';
import { Pill } from '../../ui/status';
import { CodeInput } from '../session/code-input';
import { SESSION_KEY } from '../session/session';

/**
 * Settings of the second factor: set up by scanning a code, removed with the password.
 *
 * @param person the user
 */
export function Totp({ person }: { person: Schema<'User'> }): ReactElement {
  const [dialog, setDialog] = useState<'on' | 'off' | null>(null);
  const [secret, setSecret] = useState<Schema<'NewTotp'> | null>(null);
  const client = useQueryClient();
  const close = (): void => {
    setDialog(null);
    setSecret(null);
  };
  const finish = async (message: string): Promise<void> => {
    close();
    notifyDone(message);
    await client.invalidateQueries({ queryKey: SESSION_KEY });
  };
  const begin = useMutation({
    mutationFn: () => take(api.POST('/admin/me/totp')),
    onSuccess: (made) => {
      setSecret(made);
      setDialog('on');
    },
    onError: (error) => notifyFailed('The second factor was not begun', error),
  });
  return (
    <Section
      title="Second factor"
      description="A code of an authenticator app beside the password."
      actions={
        <Pill tone={person.totp_enabled ? 'green' : 'gray'}>
          {person.totp_enabled ? 'on' : 'off'}
        </Pill>
      }
    >
      {person.totp_enabled ? (
        <Button variant="default" onClick={() => setDialog('off')}>
          Turn off…
        </Button>
      ) : (
        <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
          Set up…
        </Button>
      )}
      <Modal opened={dialog === 'on'} onClose={close} title={<b>Set up the second factor</b>}>
        {secret !== null && (
          <Confirm secret={secret} onDone={() => void finish('The second factor is on.')} />
        )}
      </Modal>
      <Modal opened={dialog === 'off'} onClose={close} title={<b>Turn the second factor off?</b>}>
        <TurnOff onDone={() => void finish('The second factor is off.')} />
      </Modal>
    </Section>
  );
}

function Confirm({
  secret,
  onDone,
}: {
  secret: Schema<'NewTotp'>;
  onDone: () => void;
}): ReactElement {
  const [code, setCode] = useState('');
  const [refusals, setRefusals] = useState(0);
  const confirm = useMutation({
    mutationFn: (its: string) => done(api.POST('/admin/me/totp/confirm', { body: { code: its } })),
    onSuccess: onDone,
  });
  const refuse = (): void => {
    setCode('');
    setRefusals((so) => so + 1);
  };
  return (
    <Stack align="center">
      <Text size="sm">Scan this with an authenticator app, then enter the code that it shows.</Text>
      <div style={{ padding: 14, background: '#fff', borderRadius: 8, lineHeight: 0 }}>
        <QRCodeSVG value={secret.otpauth_url} size={184} title="Code for an authenticator app" />
      </div>
      <Text size="xs" c="dimmed">
        Or type it in:
      </Text>
      <CopyText value={secret.secret} label="Copy the secret" />
      <CodeInput
        key={refusals}
        value={code}
        onChange={setCode}
        onComplete={(its) => confirm.mutate(its, { onError: refuse })}
        busy={confirm.isPending}
      />
      {confirm.error !== null && (
        <Text c="red" size="sm" role="alert">
          {messageOf(confirm.error)}
        </Text>
      )}
    </Stack>
  );
}

function TurnOff({ onDone }: { onDone: () => void }): ReactElement {
  const [password, setPassword] = useState('');
  const off = useMutation({
    mutationFn: () => done(api.DELETE('/admin/me/totp', { body: { password } })),
    onSuccess: onDone,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    off.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          Then the password alone opens your account. It has to be at least 15 characters long.
        </Text>
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          data-autofocus
          value={password}
          error={off.error === null ? null : messageOf(off.error)}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" color="red.8" loading={off.isPending}>
            Turn off
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
