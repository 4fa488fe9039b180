import { Center, Loader } from '@mantine/core';
import type { ReactElement } from 'react';

/** Screen shown until the session is known. */
export function BootScreen(): ReactElement {
  return (
    <Center h="100dvh" component="main" role="status" aria-label="Loading">
      <Loader size="sm" />
    </Center>
  );
}
