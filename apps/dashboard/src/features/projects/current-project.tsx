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

/** Returns the project of the page. Only for pages of a project. */
export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (project === null) {
    throw new Error('This page is about no project.');
  }
  return project;
}

/** Returns the project of the switcher: that of the page, else the last one seen, else the first. */
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
 * Provides a project's pages with their project.
 *
 * @param projectId UUID of the project, from the URL
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
