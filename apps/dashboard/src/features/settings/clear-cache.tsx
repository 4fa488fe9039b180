'use client';

import type { ReactElement } from 'react';

import { api, done } from '../../api/client';
import { ConfirmDialog } from '../../ui/confirm';
import { notifyDone } from '../../ui/notify';
import type { Project } from '../projects/queries';

/**
 * Dialog that clears the cache of a project, after a question.
 *
 * @param project the project
 * @param opened whether the dialog is open
 * @param onClose called when the dialog closes
 */
export function ClearCache({
  project,
  opened,
  onClose,
}: {
  project: Project;
  opened: boolean;
  onClose: () => void;
}): ReactElement {
  const clear = async (): Promise<void> => {
    await done(
      api.DELETE('/admin/projects/{project_id}/cache', {
        params: { path: { project_id: project.id } },
      }),
    );
    notifyDone(`The cache of ${project.name} is empty.`);
  };
  return (
    <ConfirmDialog
      confirmation={
        opened
          ? {
              title: `Clear the cache of ${project.name}?`,
              action: 'Clear the cache',
              children:
                'No request gets an answer again that was made before: the next ones call the provider, and are paid for. The requests and their answers stay.',
              onConfirm: clear,
            }
          : null
      }
      onClose={onClose}
    />
  );
}
