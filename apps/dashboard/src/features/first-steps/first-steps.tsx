'use client';

import { Anchor, Button, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconCheck } from '@tabler/icons-react';
import Link from 'next/link';
import { type ReactElement, type ReactNode, useState } from 'react';

import { Section } from '../../ui/states';
import { Pill } from '../../ui/status';
import { keysQuery } from '../keys/queries';
import { peopleQuery } from '../people/queries';
import { useProject } from '../projects/current-project';
import { useRefusal } from '../session/session';
import { paths } from '../shell/paths';
import classes from './first-steps.module.css';
import { hasRetriedQuery, newestRequestQuery } from './queries';
import { Snippets } from './snippets';

/** Age of a project after which its first steps are over, in ms. */
const NEW_MS = 14 * 86_400_000;

/**
 * List of the first steps with a project. It ticks itself, and goes when all is done, when the user hides it, or
 * with time. Without a request it stays: there is nothing else to show.
 */
export function FirstSteps(): ReactElement | null {
  const project = useProject();
  const isOwner = useRefusal('owner') === null;
  const [hidden, setHidden] = useLocalStorage({
    key: `reqrun-first-steps-${project.id}`,
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const { data: newest } = useQuery(newestRequestQuery(project.id));
  const [openedAt] = useState(() => Date.now());
  const isOver = hidden || openedAt - Date.parse(project.created_at) > NEW_MS;
  const isWanted = newest === null || (newest !== undefined && !isOver);
  const { data: keys } = useQuery({ ...keysQuery(project.id), enabled: isWanted });
  const { data: hasRetried } = useQuery({ ...hasRetriedQuery(project.id), enabled: isWanted });
  const { data: people } = useQuery({ ...peopleQuery, enabled: isWanted && isOwner });
  if (!isWanted || keys === undefined || hasRetried === undefined) {
    return null;
  }
  const hasRequest = newest !== null;
  const steps: readonly Step[] = [
    {
      name: 'Create an API key',
      done: keys.length > 0,
      children: (
        <Anchor component={Link} href={paths.keys(project.id)} size="sm">
          Keys
        </Anchor>
      ),
    },
    {
      name: 'Send a first request',
      done: hasRequest,
      children: hasRequest ? (
        <Anchor component={Link} href={paths.request(project.id, newest.id)} size="sm">
          See the newest
        </Anchor>
      ) : (
        <Pill tone="blue" live>
          waiting for it
        </Pill>
      ),
    },
    {
      name: 'See a retry',
      done: hasRetried,
      children: hasRetried ? null : (
        <Text size="sm" c="dimmed">
          The example below fails twice on purpose: the simulator answers 429, then 500, then well.
        </Text>
      ),
    },
    {
      name: 'Set a provider',
      done: project.provider.kind !== 'simulator',
      children: (
        <Anchor component={Link} href={paths.providers(project.id)} size="sm">
          Providers
        </Anchor>
      ),
    },
    ...(people === undefined
      ? []
      : [
          {
            name: 'Invite a second person',
            done: people.length > 1,
            children: (
              <Anchor component={Link} href={paths.people} size="sm">
                People
              </Anchor>
            ),
          },
        ]),
  ];
  const open = steps.filter(({ done }) => !done).length;
  if (hasRequest && open === 0) {
    return null;
  }
  return (
    <Section
      title="First steps"
      description={hasRequest ? undefined : 'Requests show here the moment they are accepted.'}
      actions={
        hasRequest ? (
          <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setHidden(true)}>
            Hide
          </Button>
        ) : undefined
      }
    >
      <ol className={classes['steps']}>
        {steps.map(({ name, done, children }) => (
          <li key={name} className={classes['step']} data-done={done}>
            <span className={classes['tick']}>
              {done && <IconCheck size={14} stroke={2.6} aria-label="done" />}
            </span>
            <Text size="sm" fw={550}>
              {name}
            </Text>
            <div className={classes['aside']}>{children}</div>
          </li>
        ))}
      </ol>
      {(!hasRequest || !hasRetried) && <Snippets apiKey={null} />}
    </Section>
  );
}

interface Step {
  readonly name: string;
  readonly done: boolean;
  readonly children: ReactNode;
}
