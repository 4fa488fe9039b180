'use client';

import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { ApiError } from '../../api/api-error';
import { api, take } from '../../api/client';
import { BootScreen } from '../../ui/boot-screen';
import { AuthCard } from './auth-card';
import { CodeInput } from './code-input';
import { SESSION_KEY } from './session';
import { pathAfterSignIn } from './sign-in-path';
import { signInProblem } from './sign-in-problem';

/**
 * Form for email and password, then for the code of the second factor if the user has one.
 *
 * The form is not rendered on the server. A browser would show it before the scripts run. Input typed by
 * then would be lost, and if the browser itself sent the form, the input would be part of the URL.
 */
export function SignIn(): ReactElement {
  return useMounted() ? <SignInForm /> : <BootScreen />;
}

function SignInForm(): ReactElement {
  const router = useRouter();
  const next = pathAfterSignIn(useSearchParams().get('next'));
  const client = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [refusals, setRefusals] = useState(0);

  const signIn = async (totpCode?: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const body = { email, password, ...(totpCode !== undefined && { totp_code: totpCode }) };
      const session = await take(api.POST('/admin/session', { body }));
      client.clear();
      client.setQueryData(SESSION_KEY, session);
      router.replace(next);
      // The button stays busy until the page has changed.
      return;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'totp_required') {
        setNeedsCode(true);
      } else {
        setProblem(signInProblem(error));
        setCode('');
        setRefusals((so) => so + 1);
      }
    }
    setBusy(false);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void signIn(needsCode ? code : undefined);
  };

  return (
    <AuthCard
      title={needsCode ? 'Two-step sign-in' : 'Sign in'}
      description={
        needsCode
          ? 'Enter the six digits that your authenticator app shows for ReqRun.'
          : 'To see and steer the requests of this deployment.'
      }
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {problem !== null && (
            <Alert color="red" role="alert" p="sm">
              {problem}
            </Alert>
          )}
          {needsCode ? (
            <CodeInput
              key={refusals}
              value={code}
              onChange={setCode}
              onComplete={(its) => void signIn(its)}
              busy={busy}
              size="md"
              spread
            />
          ) : (
            <>
              <TextInput
                label="Email"
                type="email"
                name="email"
                autoComplete="username"
                required
                autoFocus
                size="md"
                withAsterisk={false}
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label="Password"
                name="password"
                autoComplete="current-password"
                required
                size="md"
                withAsterisk={false}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
            </>
          )}
          <Button type="submit" size="md" loading={busy} fullWidth>
            {needsCode ? 'Verify' : 'Sign in'}
          </Button>
          {needsCode && (
            <Button
              variant="subtle"
              color="gray"
              onClick={() => {
                setNeedsCode(false);
                setPassword('');
                setProblem(null);
              }}
            >
              Back
            </Button>
          )}
        </Stack>
      </form>
      {!needsCode && (
        <Text size="xs" c="dimmed">
          The first owner&apos;s email and password are in <code>.reqrun/local.env</code>, where{' '}
          <code>npm start</code> wrote them.
        </Text>
      )}
    </AuthCard>
  );
}
