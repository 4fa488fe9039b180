'use client';

import { Button, Menu, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  IconBookmark,
  IconDeviceFloppy,
  IconLink,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { api, done, take } from '../../api/client';
import { setQuery } from '../../ui/address';
import { type Confirmation, ConfirmDialog } from '../../ui/confirm';
import { notifyDone, notifyFailed } from '../../ui/notify';
import { copyText } from '../../ui/use-copy';
import { useProject } from '../projects/current-project';
import { paths } from '../shell/paths';
import { addressOf } from './use-open-view';
import { NameViewDialog } from './name-view';
import { type View, viewsQuery } from './view-queries';

/**
 * Menu of the user's saved views: opens one, saves the present one, and shares, renames or deletes the open one.
 *
 * @param open the open view; null for none
 * @param query filters and look on the screen, as a view keeps them
 */
export function ViewsMenu({ open, query }: { open: View | null; query: string }): ReactElement {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  const { data: views = [] } = useQuery(viewsQuery(projectId));
  const [named, setNamed] = useState<'new' | 'rename' | null>(null);
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const isOwn = open?.own === true;
  const isChanged = open !== null && open.query !== query;
  const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['views', projectId] });

  const save = async (name: string): Promise<void> => {
    if (named === 'rename' && open !== null) {
      await change(open, { name });
      return;
    }
    const view = await take(
      api.POST('/admin/projects/{project_id}/views', {
        params: { path: { project_id: projectId } },
        body: { name, query },
      }),
    );
    await refresh();
    setQuery(addressOf(view), 'replace');
    notifyDone(`The view ${view.name} is saved.`);
  };
  const change = async ({ id }: View, changes: { name?: string; query?: string }) => {
    const params = { path: { project_id: projectId, view_id: id } };
    const view = await take(
      api.PATCH('/admin/projects/{project_id}/views/{view_id}', { params, body: changes }),
    );
    await refresh();
    notifyDone(`The view ${view.name} is saved.`);
  };
  const remove = async ({ id, name }: View): Promise<void> => {
    const params = { path: { project_id: projectId, view_id: id } };
    await done(api.DELETE('/admin/projects/{project_id}/views/{view_id}', { params }));
    setQuery(new URLSearchParams(query), 'replace');
    client.removeQueries({ queryKey: ['views', projectId, id] });
    await client.invalidateQueries({ queryKey: ['views', projectId], exact: true });
    notifyDone(`The view ${name} is deleted.`);
  };

  return (
    <>
      <Menu position="bottom-start" shadow="md" width={260}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={15} />} maw={220}>
            <Text span inherit truncate>
              {open === null ? 'Views' : `${open.name}${isChanged ? ' *' : ''}`}
            </Text>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {views.length === 0 ? 'You have saved no view yet' : 'Your views'}
          </Menu.Label>
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              {...(view.id === open?.id && { fw: 650 })}
              onClick={() => setQuery(addressOf(view), 'push')}
            >
              {view.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {open !== null && (
            <Menu.Label>{isOwn ? open.name : `${open.name}, by ${open.saved_by}`}</Menu.Label>
          )}
          {open !== null && isOwn && isChanged && (
            <Menu.Item
              leftSection={<IconDeviceFloppy size={15} />}
              onClick={() =>
                void change(open, { query }).catch((error: unknown) =>
                  notifyFailed('The view was not saved', error),
                )
              }
            >
              Save the changes
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconPlus size={15} />} onClick={() => setNamed('new')}>
            {open === null ? 'Save this view…' : 'Save as a new view…'}
          </Menu.Item>
          {open !== null && (
            <Menu.Item
              leftSection={<IconLink size={15} />}
              onClick={() => {
                copyText(
                  `${window.location.origin}${paths.requests(projectId)}?view=${open.id}`,
                ).then(
                  () => notifyDone('The link is copied. Whoever may sign in here can open it.'),
                  (error: unknown) => notifyFailed('The link was not copied', error),
                );
              }}
            >
              Copy the link
            </Menu.Item>
          )}
          {open !== null && isOwn && (
            <>
              <Menu.Item leftSection={<IconPencil size={15} />} onClick={() => setNamed('rename')}>
                Rename…
              </Menu.Item>
              <Menu.Item
                leftSection={<IconTrash size={15} />}
                onClick={() =>
                  setAsked({
                    title: `Delete the view ${open.name}?`,
                    action: 'Delete view',
                    children: 'Links to it no longer work. No request is changed.',
                    onConfirm: () => remove(open),
                  })
                }
              >
                Delete…
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <NameViewDialog
        opened={named !== null}
        onClose={() => setNamed(null)}
        title={named === 'rename' ? 'Rename the view' : 'Save this view'}
        initial={named === 'rename' ? (open?.name ?? '') : ''}
        onSave={save}
      />
      <ConfirmDialog confirmation={asked} onClose={() => setAsked(null)} />
    </>
  );
}
