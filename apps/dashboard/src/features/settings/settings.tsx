'use client';

import type { ReactElement } from 'react';

import { Page } from '../../ui/page';
import { useProject } from '../projects/current-project';
import { DangerZone } from './danger-zone';
import { ProviderForm } from './provider-form';
import { SettingsForm } from './settings-form';

/** Page of a project's settings: policy, provider, archiving and deletion. */
export function Settings(): ReactElement {
  const project = useProject();
  return (
    <Page title="Settings" description={project.name} width={880}>
      <ProviderForm key={`provider ${project.id}`} project={project} />
      <SettingsForm key={project.id} project={project} />
      <DangerZone project={project} />
    </Page>
  );
}
