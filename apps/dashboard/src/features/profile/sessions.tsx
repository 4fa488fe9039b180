'use client';

import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { api, done, type Schema, take } from '../../api/client';
import { notifyDone, notifyFailed } from '../../ui/notify';
import { ErrorState, LoadingRows, Section } from '../../ui/states';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import { programOf } from './program-of';

const KEY = ['me', 'sessions'];

/** List of the user's own sessions, each with a button that ends it. */
export function Sessions(): ReactElement {
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: () => take(api.GET('/admin/me/sessions')),
  });
  return (
    <Section title="Sessions" description="Where you are signed in. End one that you don't know.">
      {data === undefined ? (
        error === null ? (
          <LoadingRows rows={2} />
        ) : (
          <ErrorState error={error} what="Your sessions" onRetry={() => void refetch()} />
        )
      ) : (
        <Stack gap="sm">
          {data.data.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </Stack>
      )}
    </Section>
  );
}

function SessionRow({ session }: { session: Schema<'OwnSession'> }): ReactElement {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () =>
      done(api.DELETE('/admin/me/sessions/{id}', { params: { path: { id: session.id } } })),
    onSuccess: async () => {
      notifyDone('The session has ended.');
      await client.invalidateQueries({ queryKey: KEY });
    },
    onError: (error) => notifyFailed('The session was not ended', error),
  });
  return (
    <Group justify="space-between" gap="sm">
      <div style={{ minWidth: 0, flex: '1 1 220px' }}>
        <Text size="sm" fw={550}>
          {programOf(session.user_agent)}
        </Text>
        <Text size="xs" c="dimmed">
          {session.address ?? 'unknown address'} · used <Time at={session.last_used_at} /> · ends{' '}
          <Time at={session.expires_at} />
        </Text>
      </div>
      {session.current ? (
        <Pill tone="green">this one</Pill>
      ) : (
        <Button
          size="compact-xs"
          variant="default"
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          End
        </Button>
      )}
    </Group>
  );
}
