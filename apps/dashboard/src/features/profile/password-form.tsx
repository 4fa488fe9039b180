'use client';

import { Button, Checkbox, Group, PasswordInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import { api, done, type Schema } from '../../api/client';
import { plural } from '../../ui/format';
import { notifyDone } from '../../ui/notify';
import { Section } from '../../ui/states';
import { PASSWORD_LENGTH } from '../session/password-length';
import { tokensQuery } from './queries';

/** Shortest password beside a second factor, in characters. */
const LENGTH_WITH_TOTP = 8;

/**
 * Form for a new password. The change ends the user's other sessions. It also revokes access tokens unless
 * they are kept, because somebody with the old password may have created some.
 *
 * @param person the user
 */
export function PasswordForm({ person }: { person: Schema<'User'> }): ReactElement {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [revokeTokens, setRevokeTokens] = useState(true);
  const client = useQueryClient();
  const { data: tokens } = useQuery(tokensQuery);
  const working = tokens?.filter(({ state }) => state === 'active').length;
  const least = person.totp_enabled ? LENGTH_WITH_TOTP : PASSWORD_LENGTH;
  const change = useMutation({
    mutationFn: () =>
      done(
        api.POST('/admin/me/password', {
          body: { current_password: current, new_password: next, revoke_tokens: revokeTokens },
        }),
      ),
    onSuccess: async () => {
      setCurrent('');
      setNext('');
      notifyDone(
        revokeTokens && working !== 0
          ? 'Your password is changed. Your other sessions have ended, and your access tokens are revoked.'
          : 'Your password is changed. Your other sessions have ended.',
      );
      await client.invalidateQueries({ queryKey: ['me'] });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Section title="Password" description="A change ends your other sessions.">
      <form onSubmit={submit}>
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <PasswordInput
              label="Present password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={current}
              onChange={(event) => setCurrent(event.currentTarget.value)}
            />
            <PasswordInput
              label="New password"
              description={`At least ${least} characters`}
              autoComplete="new-password"
              required
              withAsterisk={false}
              minLength={least}
              value={next}
              onChange={(event) => setNext(event.currentTarget.value)}
            />
          </SimpleGrid>
          {working !== 0 && (
            <Checkbox
              label={
                working === undefined
                  ? 'Revoke my access tokens too'
                  : `Revoke my ${plural(working, 'access token')} too`
              }
              description="Whoever knew your password may have made some. Scripts that use them are refused at once, for good."
              checked={revokeTokens}
              onChange={(event) => setRevokeTokens(event.currentTarget.checked)}
            />
          )}
          {change.error !== null && (
            <Text c="red" size="sm" role="alert">
              {messageOf(change.error)}
            </Text>
          )}
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
