'use client';

import { IconArchive, IconFlask } from '@tabler/icons-react';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import type { ReactElement } from 'react';

import { useChosenProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { paths } from './paths';
import classes from './shell.module.css';

/** Banner on a project's pages if its answers come from the simulator, or if it is archived. */
export function SimulatorBanner(): ReactElement | null {
  const { projectId } = useParams<{ projectId?: string }>();
  const project = useChosenProject();
  const refusal = useRefusal('owner');
  if (projectId === undefined || project?.id !== projectId) {
    return null;
  }
  if (project.archived_at !== null) {
    return (
      <div className={classes['banner']} role="status">
        <IconArchive size={17} aria-hidden />
        <span>
          <b>{project.name} is archived.</b> Its keys are refused; its requests can still be read.
        </span>
      </div>
    );
  }
  if (project.provider.kind !== 'simulator') {
    return null;
  }
  return (
    <div className={classes['banner']} role="status">
      <IconFlask size={17} aria-hidden />
      <span>
        <b>{project.name} talks to the simulator.</b> Its answers are made up; no provider is
        called. {refusal === null && <Link href={paths.providers(projectId)}>Add a provider</Link>}
      </span>
    </div>
  );
}
