'use client';

import { Divider, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type ReactElement, type ReactNode, useState } from 'react';

import { api, done, take } from '../../api/client';
import { type Confirmation, ConfirmDialog } from '../../ui/confirm';
import { GuardedButton } from '../../ui/guarded';
import { notifyDone } from '../../ui/notify';
import { Section } from '../../ui/states';
import { type Project, projectsQuery } from '../projects/queries';
import { useRefusal } from '../session/session';
import { paths } from '../shell/paths';
import { keepProject } from './change-project';

/**
 * Section that archives or deletes a project.
 *
 * @param project the project
 */
export function DangerZone({ project }: { project: Project }): ReactElement {
  const refusal = useRefusal('owner');
  const client = useQueryClient();
  const router = useRouter();
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const params = { path: { project_id: project.id } };
  const isArchived = project.archived_at !== null;

  const archive: Confirmation = {
    title: `Archive ${project.name}?`,
    action: 'Archive the project',
    children:
      'All its keys are refused within ten seconds. Nothing is deleted: requests that were accepted are carried out and can be read, and the project can be opened again.',
    onConfirm: async () => {
      keepProject(client, await take(api.POST('/admin/projects/{project_id}/archive', { params })));
      notifyDone(`${project.name} is archived.`);
    },
  };
  const unarchive: Confirmation = {
    title: `Open ${project.name} again?`,
    action: 'Open the project',
    children: 'Its keys work again, those that were not revoked and have not expired.',
    onConfirm: async () => {
      keepProject(
        client,
        await take(api.POST('/admin/projects/{project_id}/unarchive', { params })),
      );
      notifyDone(`${project.name} is open again.`);
    },
  };
  const remove: Confirmation = {
    title: `Delete ${project.name} for good?`,
    action: 'Delete everything',
    typed: project.name,
    children: (
      <>
        The keys that its content is encrypted with are destroyed. <b>Nobody can bring back</b> its
        requests and their results, its API keys, its provider&apos;s credential and its metrics.
        Requests that are under way are dropped. The audit log stays.
      </>
    ),
    onConfirm: async () => {
      await done(
        api.DELETE('/admin/projects/{project_id}', { params, body: { name: project.name } }),
      );
      notifyDone(`${project.name} is deleted.`);
      router.replace(paths.projects);
      await client.invalidateQueries({ queryKey: projectsQuery.queryKey });
    },
  };
  return (
    <Section title="Archive and delete">
      <Stack gap="md">
        <Choice
          text={isArchived ? 'Let its keys work again.' : 'Refuse its keys, and keep everything.'}
        >
          <GuardedButton
            variant="default"
            refusal={refusal}
            onClick={() => setAsked(isArchived ? unarchive : archive)}
          >
            {isArchived ? 'Open again' : 'Archive'}
          </GuardedButton>
        </Choice>
        <Divider />
        <Choice text="Destroy its data keys, and with them everything that it holds.">
          <GuardedButton color="red.8" refusal={refusal} onClick={() => setAsked(remove)}>
            Delete…
          </GuardedButton>
        </Choice>
      </Stack>
      <ConfirmDialog confirmation={asked} onClose={() => setAsked(null)} />
    </Section>
  );
}

function Choice({ text, children }: { text: string; children: ReactNode }): ReactElement {
  return (
    <Group justify="space-between" gap="sm">
      <Text size="sm">{text}</Text>
      {children}
    </Group>
  );
}
