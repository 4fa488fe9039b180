'use client';

import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { type ReactElement, type ReactNode, useState } from 'react';

import { createQueryClient } from '../api/query-client';
import { cssVariables, theme } from './theme';

/**
 * Context providers of every page.
 *
 * @param nonce nonce of the page; the policy blocks styles without it
 */
export function Providers({
  nonce,
  children,
}: {
  nonce: string;
  children: ReactNode;
}): ReactElement {
  const [client] = useState(() => {
    // For the styles with which dialogs keep the page behind them from scrolling.
    setNonce(nonce);
    return createQueryClient();
  });
  return (
    <QueryClientProvider client={client}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <ModalsProvider labels={{ confirm: 'Confirm', cancel: 'Cancel' }}>
          <Notifications position="bottom-right" autoClose={5_000} limit={4} />
          {children}
        </ModalsProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}
