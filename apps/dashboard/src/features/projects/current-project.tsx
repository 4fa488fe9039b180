'use client';

import { Button } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconFolderOff } from '@tabler/icons-react';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { createContext, type ReactElement, type ReactNode, useContext, useEffect } from 'react';

import { EmptyState, ErrorState, LoadingRows } from '../../ui/states';
import { type Project, projectsQuery } from './queries';

const ProjectContext = createContext<Project | null>(null);

/** The project that the page is about. Within a project's pages alone. */
export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (project === null) {
    throw new Error('This page is about no project.');
  }
  return project;
}

/** Which project the switcher stands on: that of the page, else the one seen last, else the first. */
export function useChosenProject(): Project | null {
  const { projectId } = useParams<{ projectId?: string }>();
  const { data } = useQuery(projectsQuery);
  const [last, setLast] = useLocalStorage({
    key: 'reqrun-project',
    defaultValue: '',
    getInitialValueInEffect: false,
  });
  useEffect(() => {
    if (projectId !== undefined) {
      setLast(projectId);
    }
  }, [projectId, setLast]);
  const wanted = projectId ?? last;
  return (
    data?.find(({ id }) => id === wanted) ??
    data?.find(({ archived_at }) => archived_at === null) ??
    data?.[0] ??
    null
  );
}

/**
 * Gives a project's pages their project.
 *
 * @param projectId from the address
 */
export function ProjectGate({
  projectId,
  children,
}: {
  projectId: string;
  children: ReactNode;
}): ReactElement {
  const { data, error, refetch } = useQuery(projectsQuery);
  const project = data?.find(({ id }) => id === projectId);
  if (project !== undefined) {
    return <ProjectContext.Provider value={project}>{children}</ProjectContext.Provider>;
  }
  if (error !== null) {
    return <ErrorState error={error} what="The project" onRetry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <LoadingRows />;
  }
  return (
    <EmptyState
      icon={<IconFolderOff size={24} />}
      title="No such project"
      level={1}
      action={
        <Button component={Link} href="/projects" variant="default">
          All projects
        </Button>
      }
    >
      It was deleted, or the address is not complete.
    </EmptyState>
  );
}
