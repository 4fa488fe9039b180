'use client';

import { Button, Group, PasswordInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import { api, done, type Schema } from '../../api/client';
import { notifyDone } from '../../ui/notify';
import { Section } from '../../ui/states';
import { PASSWORD_LENGTH } from '../session/password-length';

/** Enough where a second factor stands beside it. */
const LENGTH_WITH_TOTP = 8;

/**
 * A change of one's password; it ends the other sessions.
 *
 * @param person whose
 */
export function PasswordForm({ person }: { person: Schema<'Person'> }): ReactElement {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const client = useQueryClient();
  const least = person.totp_enabled ? LENGTH_WITH_TOTP : PASSWORD_LENGTH;
  const change = useMutation({
    mutationFn: () =>
      done(
        api.POST('/admin/me/password', {
          body: { current_password: current, new_password: next },
        }),
      ),
    onSuccess: async () => {
      setCurrent('');
      setNext('');
      notifyDone('Your password is changed. Your other sessions have ended.');
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
