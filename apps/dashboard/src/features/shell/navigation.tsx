'use client';

import { Burger, Group, ScrollArea, Stack, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBell,
  IconBook2,
  IconChartHistogram,
  IconFlask2,
  IconFolders,
  IconHistory,
  IconKey,
  IconListDetails,
  IconPlug,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ComponentType, ReactElement } from 'react';

import { Logo } from '../../ui/logo';
import { useChosenProject } from '../projects/current-project';
import { paths } from './paths';
import { ProjectSwitcher } from './project-switcher';
import classes from './shell.module.css';

/**
 * Navigation with the pages of the chosen project and of the deployment.
 *
 * @param onClose closes the navigation where it covers the page
 */
export function Navigation({ onClose }: { onClose: () => void }): ReactElement {
  const project = useChosenProject();
  return (
    <>
      <Group justify="space-between" px={10} pt={4} pb="md">
        <UnstyledButton component={Link} href="/" aria-label="ReqRun, home">
          <Logo />
        </UnstyledButton>
        <Burger opened onClick={onClose} hiddenFrom="sm" size="sm" aria-label="Close the menu" />
      </Group>
      <ProjectSwitcher project={project} />
      <ScrollArea style={{ flex: 1 }} mt="sm" type="auto">
        {project !== null && (
          <Stack gap={2}>
            <Item href={paths.overview(project.id)} icon={IconChartHistogram} exact>
              Overview
            </Item>
            <Item href={paths.requests(project.id)} icon={IconListDetails}>
              Requests
            </Item>
            <Item href={paths.failures(project.id)} icon={IconAlertTriangle}>
              Failures
            </Item>
            <Item href={paths.alerts(project.id)} icon={IconBell}>
              Alerts
            </Item>
            <Item href={paths.simulation(project.id)} icon={IconFlask2}>
              Simulation
            </Item>
            <Item href={paths.keys(project.id)} icon={IconKey}>
              Keys
            </Item>
            <Item href={paths.providers(project.id)} icon={IconPlug}>
              Providers
            </Item>
            <Item href={paths.settings(project.id)} icon={IconSettings}>
              Settings
            </Item>
          </Stack>
        )}
        <div className={classes['group']}>Deployment</div>
        <Stack gap={2}>
          <Item href={paths.projects} icon={IconFolders} exact>
            Projects
          </Item>
          <Item href={paths.audit} icon={IconHistory}>
            Audit log
          </Item>
          <Item href={paths.people} icon={IconUsers}>
            People
          </Item>
          {/* Not a page of Next: the browser loads it. */}
          <a href={paths.documentation} className={classes['link']}>
            <IconBook2 size={18} stroke={1.7} aria-hidden />
            Documentation
          </a>
        </Stack>
      </ScrollArea>
    </>
  );
}

function Item({
  href,
  icon: Icon,
  exact = false,
  children,
}: {
  href: string;
  icon: ComponentType<{ size: number; stroke: number; 'aria-hidden': boolean }>;
  exact?: boolean;
  children: string;
}): ReactElement {
  const path = usePathname();
  const isHere = exact ? path === href : path === href || path.startsWith(`${href}/`);
  return (
    <Link href={href} className={classes['link']} {...(isHere && { 'aria-current': 'page' })}>
      <Icon size={18} stroke={1.7} aria-hidden />
      {children}
    </Link>
  );
}
