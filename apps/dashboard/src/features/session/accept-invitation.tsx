'use client';

import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type SubmitEvent, type ReactElement, useEffect, useState } from 'react';

import { ApiError, messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';
import { BootScreen } from '../../ui/boot-screen';
import { AuthCard } from './auth-card';
import { PASSWORD_LENGTH } from './password-length';
import { SESSION_KEY } from './session';

/**
 * Page that accepts an invitation. The one-time token is in the URL's fragment, so that no server logs it.
 * The form is not rendered on the server; `SignIn` gives the reason.
 */
export function AcceptInvitation(): ReactElement {
  const router = useRouter();
  const client = useQueryClient();
  const [token, setToken] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the server never sees this part of the address
    setToken(window.location.hash.slice(1));
  }, []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const body = { token: token ?? '', name, password };
      const session = await take(api.POST('/admin/invitations/accept', { body }));
      client.clear();
      client.setQueryData(SESSION_KEY, session);
      router.replace('/');
    } catch (error) {
      setBusy(false);
      setProblem(
        error instanceof ApiError && error.status === 410
          ? 'This invitation has expired or was used already. Ask an owner for a new one.'
          : messageOf(error),
      );
    }
  };

  if (token === null) {
    return <BootScreen />;
  }
  if (token === '') {
    return (
      <AuthCard
        title="No invitation"
        description="The link is not complete: its last part is missing."
      >
        <Text size="sm">
          Copy the whole link, or{' '}
          <Anchor component={Link} href="/sign-in">
            sign in
          </Anchor>{' '}
          if you have an account.
        </Text>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title="Join ReqRun"
      description="Choose your name and a password. The email is the one you were invited with."
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="md">
          {problem !== null && (
            <Alert color="red" role="alert" p="sm">
              {problem}
            </Alert>
          )}
          <TextInput
            label="Your name"
            name="name"
            autoComplete="name"
            required
            withAsterisk={false}
            size="md"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            name="new-password"
            description={`At least ${PASSWORD_LENGTH} characters. A few random words are easy to remember.`}
            autoComplete="new-password"
            required
            withAsterisk={false}
            minLength={PASSWORD_LENGTH}
            size="md"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" size="md" loading={busy} fullWidth>
            Join
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
