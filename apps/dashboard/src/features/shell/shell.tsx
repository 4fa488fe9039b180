'use client';

import { AppShell, Burger, Group, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type ReactElement, type ReactNode, useEffect } from 'react';

import { Logo } from '../../ui/logo';
import { AlertBanner } from '../alerts/alert-banner';
import { ProofDialog } from '../session/proof-dialog';
import { SessionGate } from '../session/session';
import { ConnectionBanner } from './connection-banner';
import { Navigation } from './navigation';
import { Search, SearchButton } from './search';
import classes from './shell.module.css';
import { SimulatorBanner } from './simulator-banner';
import { UserMenu } from './user-menu';

/** Frame of all pages for signed-in users. */
export function Shell({ children }: { children: ReactNode }): ReactElement {
  return (
    <SessionGate>
      {/* Must come before the pages: its handler of Escape has to be registered first. */}
      <ProofDialog />
      <Frame>{children}</Frame>
    </SessionGate>
  );
}

function Frame({ children }: { children: ReactNode }): ReactElement {
  const [opened, { toggle, close }] = useDisclosure();
  const path = usePathname();
  useEffect(close, [path, close]);
  return (
    <AppShell
      layout="alt"
      header={{ height: 56 }}
      navbar={{ width: 244, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'md', lg: 'xl' }}
    >
      <a className="rr-skip" href="#content">
        Skip to the content
      </a>
      <AppShell.Header px={{ base: 'md', lg: 'xl' }}>
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? 'Close the menu' : 'Open the menu'}
              aria-expanded={opened}
            />
            <UnstyledButton component={Link} href="/" hiddenFrom="sm" aria-label="ReqRun, home">
              <Logo size={24} />
            </UnstyledButton>
            <SearchButton wide />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SearchButton />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Main">
        <Navigation onClose={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes['main']}>
        <ConnectionBanner />
        <AlertBanner />
        <SimulatorBanner />
        {children}
      </AppShell.Main>
      <Search />
    </AppShell>
  );
}
