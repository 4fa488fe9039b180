'use client';

import { useQuery } from '@tanstack/react-query';
import { IconBellRinging } from '@tabler/icons-react';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import type { ReactElement } from 'react';

import { useChosenProject } from '../projects/current-project';
import { paths } from '../shell/paths';
import classes from '../shell/shell.module.css';
import { alertRulesQuery } from './queries';

/** Banner on a project's pages while a rule fires. */
export function AlertBanner(): ReactElement | null {
  const { projectId } = useParams<{ projectId?: string }>();
  const project = useChosenProject();
  const isHere = projectId !== undefined && project?.id === projectId;
  const { data } = useQuery({ ...alertRulesQuery(projectId ?? ''), enabled: isHere });
  const firing = (data?.data ?? []).filter((rule) => rule.firing !== null);
  const [first] = firing;
  if (!isHere || first === undefined) {
    return null;
  }
  const others = firing.length - 1;
  return (
    <div className={classes['banner']} data-level="bad" role="status" data-testid="alert-banner">
      <IconBellRinging size={17} aria-hidden />
      <span>
        <b>Firing: {first.name}</b>
        {others > 0 && ` and ${others} more`}.{' '}
        <Link href={paths.alerts(projectId)}>See the alerts</Link>
      </span>
    </div>
  );
}
