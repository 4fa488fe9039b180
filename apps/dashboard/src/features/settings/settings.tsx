'use client';

import type { ReactElement } from 'react';

import { Page } from '../../ui/page';
import { useProject } from '../projects/current-project';
import { DangerZone } from './danger-zone';
import { SettingsForm } from './settings-form';

/** Page of a project's settings: policy, retention, cache, archiving and deletion. */
export function Settings(): ReactElement {
  const project = useProject();
  return (
    <Page title="Settings" description={project.name} width={880}>
      <SettingsForm key={project.id} project={project} />
      <DangerZone project={project} />
    </Page>
  );
}
