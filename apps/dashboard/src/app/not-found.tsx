import { Anchor, Center } from '@mantine/core';
import type { ReactElement } from 'react';

import { AuthCard } from '../features/session/auth-card';

export default function NotFound(): ReactElement {
  return (
    <AuthCard title="Not found" description="There is no page at this address.">
      <Center>
        <Anchor href="/">To the overview</Anchor>
      </Center>
    </AuthCard>
  );
}
