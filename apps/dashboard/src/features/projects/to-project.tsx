'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type ReactElement, useEffect } from 'react';

import { ErrorState, LoadingRows } from '../../ui/states';
import { paths } from '../shell/paths';
import { useChosenProject } from './current-project';
import { projectsQuery } from './queries';

/** Leads from the front door to the project that was seen last; where there is none, to make one. */
export function ToProject(): ReactElement {
  const router = useRouter();
  const { data, error, refetch } = useQuery(projectsQuery);
  const project = useChosenProject();
  const target =
    project !== null ? paths.overview(project.id) : data === undefined ? null : paths.projects;
  useEffect(() => {
    if (target !== null) {
      router.replace(target);
    }
  }, [router, target]);
  return error === null ? (
    <LoadingRows />
  ) : (
    <ErrorState error={error} what="The projects" onRetry={() => void refetch()} />
  );
}
