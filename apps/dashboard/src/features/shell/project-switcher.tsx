'use client';

import { Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCheck, IconFolders, IconSelector } from '@tabler/icons-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactElement } from 'react';

import { type Project, projectsQuery } from '../projects/queries';
import { paths, samePageOf } from './paths';
import classes from './shell.module.css';

/**
 * Menu with the chosen project and the others. A switch opens the same page of the other project.
 *
 * @param project the chosen project; null when there is none
 */
export function ProjectSwitcher({ project }: { project: Project | null }): ReactElement {
  const { data = [] } = useQuery(projectsQuery);
  const path = usePathname();
  const open = data.filter(({ archived_at }) => archived_at === null);
  return (
    <Menu width={232} position="bottom-start" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes['switcher']}>
          <VisuallyHidden>Change the project, now </VisuallyHidden>
          <span className={classes['initial']} aria-hidden>
            {(project?.name ?? '–').slice(0, 1).toUpperCase()}
          </span>
          <span style={{ flex: 1, minWidth: 0 }}>
            <Text size="sm" fw={600} truncate>
              {project?.name ?? 'No project yet'}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {describe(project)}
            </Text>
          </span>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Projects</Menu.Label>
        {open.map(({ id, name }) => (
          <Menu.Item
            key={id}
            component={Link}
            href={samePageOf(path, id)}
            rightSection={id === project?.id ? <IconCheck size={15} aria-label="chosen" /> : null}
          >
            <Text size="sm" truncate>
              {name}
            </Text>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} href={paths.projects} leftSection={<IconFolders size={16} />}>
          All projects
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function describe(project: Project | null): string {
  if (project === null) {
    return 'Create one to begin';
  }
  if (project.archived_at !== null) {
    return 'archived';
  }
  return project.provider.kind === 'simulator' ? 'simulator' : hostOf(project.provider.base_url);
}

/**
 * Returns the host of a URL.
 *
 * @param url absolute URL, or null
 */
export function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).host : '';
}
