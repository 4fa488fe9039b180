'use client';

import { Anchor, Button, Group, Modal, Paper, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconFolders, IconPlus } from '@tabler/icons-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type SubmitEvent, type ReactElement, useState } from 'react';

import { messageOf } from '../../api/api-error';
import { api, take } from '../../api/client';
import { DataTable } from '../../ui/data-table';
import { GuardedButton } from '../../ui/guarded';
import { notifyDone } from '../../ui/notify';
import { Page } from '../../ui/page';
import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { Pill } from '../../ui/status';
import { Time } from '../../ui/time';
import { useRefusal } from '../session/session';
import { paths } from '../shell/paths';
import { hostOf } from '../shell/project-switcher';
import { type Project, projectsQuery } from './queries';

/** Page of all projects of the deployment. */
export function Projects(): ReactElement {
  const { data, error, refetch } = useQuery(projectsQuery);
  const refusal = useRefusal('owner');
  const [creating, { open, close }] = useDisclosure();
  const create = (
    <GuardedButton refusal={refusal} leftSection={<IconPlus size={16} />} onClick={open}>
      New project
    </GuardedButton>
  );
  return (
    <Page
      title="Projects"
      description="Each has keys, a provider, a retry policy and requests of its own."
      actions={create}
    >
      <Paper style={{ overflow: 'hidden' }}>
        {data === undefined ? (
          error === null ? (
            <LoadingRows rows={4} />
          ) : (
            <div style={{ padding: 16 }}>
              <ErrorState error={error} what="The projects" onRetry={() => void refetch()} />
            </div>
          )
        ) : data.length === 0 ? (
          <EmptyState icon={<IconFolders size={24} />} title="No project yet" action={create}>
            A project is where keys and requests live. Create one to begin.
          </EmptyState>
        ) : (
          <DataTable label="Projects" head={['Name', 'Provider', 'State', 'Created', '']}>
            {data.map((project) => (
              <Row key={project.id} project={project} />
            ))}
          </DataTable>
        )}
      </Paper>
      <Modal opened={creating} onClose={close} title={<b>New project</b>} size="sm">
        {creating && <CreateForm />}
      </Modal>
    </Page>
  );
}

function Row({ project }: { project: Project }): ReactElement {
  const isArchived = project.archived_at !== null;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={paths.overview(project.id)} fw={600} size="sm">
          {project.name}
        </Anchor>
      </Table.Td>
      <Table.Td>
        {project.provider.kind === 'simulator' ? (
          <Text size="sm" c="dimmed">
            simulator
          </Text>
        ) : (
          hostOf(project.provider.base_url)
        )}
      </Table.Td>
      <Table.Td>
        <Pill tone={isArchived ? 'gray' : 'green'}>{isArchived ? 'archived' : 'active'}</Pill>
      </Table.Td>
      <Table.Td>
        <Time at={project.created_at} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            component={Link}
            href={paths.settings(project.id)}
            size="xs"
            variant="default"
            aria-label={`Settings of ${project.name}`}
          >
            Settings
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function CreateForm(): ReactElement {
  const [name, setName] = useState('');
  const client = useQueryClient();
  const router = useRouter();
  const create = useMutation({
    mutationFn: () => take(api.POST('/admin/projects', { body: { name: name.trim() } })),
    onSuccess: async (project) => {
      notifyDone(`The project ${project.name} is made.`);
      await client.invalidateQueries({ queryKey: projectsQuery.queryKey });
      router.push(paths.providers(project.id));
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          placeholder="Support assistant"
          required
          withAsterisk={false}
          data-autofocus
          autoComplete="off"
          error={create.error === null ? null : messageOf(create.error)}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Text size="sm" c="dimmed">
          It begins with the simulator as its provider; the next page adds a real one.
        </Text>
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
