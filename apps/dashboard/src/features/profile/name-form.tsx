'use client';

import { Button, Group, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import { api, type Schema, take } from '../../api/client';
import { notifyDone } from '../../ui/notify';
import { Section } from '../../ui/states';
import { SESSION_KEY } from '../session/session';

/**
 * Form for the user's own name.
 *
 * @param person the user
 */
export function NameForm({ person }: { person: Schema<'User'> }): ReactElement {
  const [name, setName] = useState(person.name);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => take(api.PATCH('/admin/me', { body: { name: name.trim() } })),
    onSuccess: async () => {
      notifyDone('Your name is changed.');
      await client.invalidateQueries({ queryKey: SESSION_KEY });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title="Name">
      <form onSubmit={submit}>
        <Group align="flex-start" gap="sm">
          <TextInput
            aria-label="Your name"
            autoComplete="name"
            required
            style={{ flex: '1 1 220px', maxWidth: 400 }}
            value={name}
            error={save.error === null ? null : messageOf(save.error)}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            loading={save.isPending}
            disabled={name.trim() === '' || name.trim() === person.name}
          >
            Save
          </Button>
        </Group>
      </form>
    </Section>
  );
}
