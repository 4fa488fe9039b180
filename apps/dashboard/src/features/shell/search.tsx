'use client';

import { ActionIcon, Kbd, UnstyledButton } from '@mantine/core';
import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import {
  IconAlertTriangle,
  IconChartHistogram,
  IconFlask2,
  IconFolders,
  IconHelp,
  IconHistory,
  IconKey,
  IconListDetails,
  IconPlug,
  IconSearch,
  IconSettings,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { type ReactElement, useState } from 'react';

import { useChosenProject } from '../projects/current-project';
import { projectsQuery } from '../projects/queries';
import { paths, requestIdIn, samePageOf } from './paths';
import classes from './shell.module.css';

/**
 * Button that opens the search.
 *
 * @param wide whether it shows as a field; otherwise it shows as an icon
 */
export function SearchButton({ wide = false }: { wide?: boolean }): ReactElement {
  return wide ? (
    <UnstyledButton className={classes['search']} onClick={spotlight.open} visibleFrom="sm">
      <IconSearch size={16} aria-hidden />
      <span style={{ flex: 1 }}>Find a request by its id, or go to…</span>
      <Kbd size="xs">⌘K</Kbd>
    </UnstyledButton>
  ) : (
    <ActionIcon size="lg" onClick={spotlight.open} hiddenFrom="sm" aria-label="Search">
      <IconSearch size={20} />
    </ActionIcon>
  );
}

/** Search, opened by ⌘K or Ctrl-K. It finds a request by its id in all projects, and lists all pages. */
export function Search(): ReactElement {
  const [text, setText] = useState('');
  const router = useRouter();
  const project = useChosenProject();
  const { data: projects = [] } = useQuery(projectsQuery);
  const id = requestIdIn(text);
  const go = (
    href: string,
    label: string,
    description: string,
    Icon: typeof IconSearch,
  ): SpotlightActionData => ({
    id: href,
    label,
    description,
    leftSection: <Icon size={18} stroke={1.7} aria-hidden />,
    onClick: () => router.push(href),
  });
  const pages =
    project === null
      ? []
      : [
          go(paths.overview(project.id), 'Overview', project.name, IconChartHistogram),
          go(paths.requests(project.id), 'Requests', project.name, IconListDetails),
          go(paths.failures(project.id), 'Failures', 'Failed requests by cause', IconAlertTriangle),
          go(
            paths.simulation(project.id),
            'Simulation',
            'What if: other retries, fallbacks',
            IconFlask2,
          ),
          go(paths.keys(project.id), 'Keys', project.name, IconKey),
          go(paths.providers(project.id), 'Providers', project.name, IconPlug),
          go(paths.settings(project.id), 'Settings', project.name, IconSettings),
        ];
  const actions =
    id !== null
      ? [go(paths.findRequest(id), `Open request ${id}`, 'in whichever project it is', IconSearch)]
      : [
          ...pages,
          go(paths.projects, 'Projects', 'Deployment', IconFolders),
          go(paths.audit, 'Audit log', 'Deployment', IconHistory),
          go(paths.people, 'People', 'Deployment', IconUsers),
          go(paths.profile, 'Profile and security', 'Account', IconUserCircle),
          go(paths.errors, 'Error codes', 'What each one means', IconHelp),
          ...projects
            .filter((other) => other.id !== project?.id && other.archived_at === null)
            .map((other) => go(samePageOf('', other.id), other.name, 'Project', IconFolders)),
        ];
  return (
    <Spotlight
      actions={actions}
      query={text}
      onQueryChange={setText}
      // The action for an id matches even if other text was pasted with it.
      {...(id !== null && { filter: (_query, all) => all })}
      shortcut={['mod + K']}
      nothingFound="Nothing found. A request's id starts with rr_."
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: 'rr_… or a page',
        'aria-label': 'Search',
      }}
    />
  );
}
