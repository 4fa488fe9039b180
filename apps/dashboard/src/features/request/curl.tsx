'use client';

import { Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { CopyIcon } from '../../ui/copy';
import { Section } from '../../ui/states';
import type { AdminRequest } from '../requests/queries';
import { systemQuery } from '../shell/system';

/**
 * Command that fetches the result with the user's own API key. The dashboard never shows results.
 *
 * @param request the request
 */
export function Curl({ request }: { request: AdminRequest }): ReactElement {
  const { data } = useQuery(systemQuery);
  const base = data?.public_base_url ?? '$REQRUN_BASE_URL';
  const command = `curl "${base}/v1/requests/${request.id}" \\\n  -H "Authorization: Bearer $REQRUN_API_KEY"`;
  return (
    <Section
      title="Fetch the result"
      description="Prompts and answers are encrypted and never shown here. The application's own key gets them."
      actions={<CopyIcon value={command} label="Copy the command" />}
    >
      <Code
        block
        style={{ overflowX: 'auto' }}
        tabIndex={0}
        aria-label="Command to fetch the result"
      >
        {command}
      </Code>
      {request.content_deleted_at !== null && (
        <Group mt="xs">
          <Text size="sm" c="dimmed">
            The content of this request was deleted by retention.
          </Text>
        </Group>
      )}
    </Section>
  );
}
