'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type ReactElement, useEffect } from 'react';

import { ErrorState, LoadingRows } from '../../ui/states';
import { paths } from '../shell/paths';
import { useChosenProject } from './current-project';
import { projectsQuery } from './queries';

/** Redirects from the start page to the last project seen, or to the projects page if there is none. */
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
