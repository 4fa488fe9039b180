import { Center, Loader } from '@mantine/core';
import type { ReactElement } from 'react';

/** What stands on the screen until it is known who is there. */
export function BootScreen(): ReactElement {
  return (
    <Center h="100dvh" component="main" role="status" aria-label="Loading">
      <Loader size="sm" />
    </Center>
  );
}
