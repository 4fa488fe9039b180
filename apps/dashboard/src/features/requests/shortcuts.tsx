'use client';

import { Kbd, Modal, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import type { ReactElement } from 'react';

import classes from './requests.module.css';

const SHORTCUTS: readonly (readonly [readonly string[], string])[] = [
  [['j', 'k'], 'next and previous row, or request'],
  [['Enter'], 'open the row'],
  [['x'], 'select the row'],
  [['[', ']'], 'newer and older page'],
  [['/'], 'filter'],
  [['Ctrl K', '⌘K'], 'search: a request by its id, or a page'],
  [['?'], 'this help'],
];

/** Line below the list with its most used keys, which opens the help for all. So does `?`. */
export function Shortcuts(): ReactElement {
  const [opened, { open, close }] = useDisclosure();
  useHotkeys([['shift+?', open]]);
  return (
    <>
      <UnstyledButton onClick={open} visibleFrom="sm">
        <Text size="xs" c="dimmed">
          <kbd>j</kbd> <kbd>k</kbd> move · <kbd>Enter</kbd> opens · <kbd>x</kbd> selects ·{' '}
          <kbd>/</kbd> filters · <kbd>?</kbd> all keys
        </Text>
      </UnstyledButton>
      <Modal opened={opened} onClose={close} title={<b>Keyboard</b>}>
        <dl className={classes['shortcuts']}>
          {SHORTCUTS.map(([keys, words]) => (
            <div key={words}>
              <dt>
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </Modal>
    </>
  );
}
