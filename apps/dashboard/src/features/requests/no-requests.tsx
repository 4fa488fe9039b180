'use client';

import { Button, Code, Stack, Text } from '@mantine/core';
import { IconFilterOff, IconInbox } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactElement } from 'react';

import { EmptyState } from '../../ui/states';
import { useProject } from '../projects/current-project';
import { paths } from '../shell/paths';

const FIRST = `import OpenAI from 'openai';

const openai = new OpenAI({
  baseURL: process.env.REQRUN_BASE_URL + '/v1',
  apiKey: process.env.REQRUN_API_KEY,
});`;

/**
 * Placeholder of an empty list: no request matches, or none was made yet.
 *
 * @param isFiltered whether filters are active
 * @param onClear removes all filters
 */
export function NoRequests({
  isFiltered,
  onClear,
}: {
  isFiltered: boolean;
  onClear: () => void;
}): ReactElement {
  const { id } = useProject();
  return isFiltered ? (
    <EmptyState
      icon={<IconFilterOff size={24} />}
      title="No request fits"
      action={
        <Button variant="default" onClick={onClear}>
          Clear the filters
        </Button>
      }
    >
      No request of this project has all that is asked for.
    </EmptyState>
  ) : (
    <EmptyState
      icon={<IconInbox size={24} />}
      title="No request yet"
      action={
        <Button component={Link} href={paths.keys(id)}>
          Make a key
        </Button>
      }
    >
      <Stack gap="sm" align="center">
        <Text>
          Point an OpenAI client at ReqRun. Its requests show here the moment they are accepted.
        </Text>
        <Code block ta="left" style={{ maxWidth: '100%', overflowX: 'auto' }} tabIndex={0}>
          {FIRST}
        </Code>
      </Stack>
    </EmptyState>
  );
}
