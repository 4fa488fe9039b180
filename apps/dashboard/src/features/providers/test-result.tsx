'use client';

import { Alert, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';

import { messageOf } from '../../api/api-error';
import { CodeLink } from '../request/attempt-list';
import type { ProviderTest } from './queries';
import { testWords } from './test-words';

/**
 * Result of a test call, or the reason for which there was none.
 *
 * @param result the result, if there is one
 * @param error why the call was not made, or null
 */
export function TestResult({
  result,
  error,
}: {
  result: ProviderTest | undefined;
  error: Error | null;
}): ReactElement | null {
  if (error !== null) {
    return (
      <Alert color="red" role="alert" p="sm">
        <Text size="sm">{messageOf(error)}</Text>
      </Alert>
    );
  }
  if (result === undefined) {
    return null;
  }
  return (
    <Alert color={result.ok ? 'teal' : 'red'} role="status" p="sm">
      <Group gap="xs">
        <Text size="sm">{testWords(result)}</Text>
        {result.error_code !== null && <CodeLink code={result.error_code} />}
      </Group>
    </Alert>
  );
}
