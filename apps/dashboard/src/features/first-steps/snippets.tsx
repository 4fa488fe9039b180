'use client';

import { Code, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { CopyIcon } from '../../ui/copy';
import { systemQuery } from '../shell/system';
import classes from './first-steps.module.css';
import { snippetsFor } from './snippet-texts';

/**
 * Programs that send a first request, in several languages, each with a button that copies it.
 *
 * @param apiKey secret of a key that was just created; null where only the user knows one
 */
export function Snippets({ apiKey }: { apiKey: string | null }): ReactElement {
  const { data } = useQuery(systemQuery);
  const snippets = snippetsFor(data?.public_base_url ?? 'http://127.0.0.1:4000', apiKey);
  return (
    <Tabs defaultValue={snippets[0]?.name ?? ''} variant="default">
      <Tabs.List>
        {snippets.map(({ name }) => (
          <Tabs.Tab key={name} value={name} fz="sm">
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ name, text }) => (
        <Tabs.Panel key={name} value={name} pt="xs">
          <div className={classes['snippet']}>
            <Code block ta="left" className={classes['code']} tabIndex={0} aria-label={name}>
              {text}
            </Code>
            <div className={classes['copy']}>
              <CopyIcon value={text} label="Copy" />
            </div>
          </div>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
