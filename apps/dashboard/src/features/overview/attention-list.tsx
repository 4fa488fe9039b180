'use client';

import { Paper, Text, Title } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactElement } from 'react';

import { paths } from '../shell/paths';
import { concernsOf } from './attention';
import classes from './overview.module.css';
import type { Metrics } from './queries';

/**
 * List of concerns, each with a link to its requests; or a note that there are none.
 *
 * @param metrics figures of the project
 * @param range range of the figures
 * @param mode mode of the figures; empty for both
 * @param projectId UUID of the project
 */
export function Attention({
  metrics,
  range,
  mode,
  projectId,
}: {
  metrics: Metrics;
  range: string;
  mode: string;
  projectId: string;
}): ReactElement {
  const concerns = concernsOf(metrics, range, mode);
  return (
    <Paper component="section" aria-label="Needs attention" style={{ overflow: 'hidden' }}>
      <Title order={2} size="h6" c="dimmed" px="md" pt="sm" pb={6}>
        Needs attention
      </Title>
      {concerns.length === 0 && (
        <div className={classes['attention']}>
          <span className={classes['mark']} data-level="good" aria-hidden />
          <Text size="sm">Nothing needs attention.</Text>
        </div>
      )}
      {concerns.map(({ level, text, detail, search }) => {
        const inside = (
          <>
            <span className={classes['mark']} data-level={level} aria-hidden />
            <div style={{ flex: 1, minWidth: 0 }}>
              <Text size="sm" fw={level === 'bad' ? 600 : 500}>
                {text}
              </Text>
              {detail !== undefined && (
                <Text size="xs" c="dimmed">
                  {detail}
                </Text>
              )}
            </div>
            {search !== null && <IconChevronRight size={16} aria-hidden />}
          </>
        );
        return search === null ? (
          <div key={text} className={classes['attention']}>
            {inside}
          </div>
        ) : (
          <Link
            key={text}
            className={classes['attention']}
            href={`${paths.requests(projectId)}?${search}`}
          >
            {inside}
          </Link>
        );
      })}
    </Paper>
  );
}
