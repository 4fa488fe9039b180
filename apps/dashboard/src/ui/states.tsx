'use client';

import {
  Alert,
  Button,
  Group,
  Paper,
  Skeleton,
  Stack,
  Text,
  ThemeIcon,
  Title,
} from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';

import { ApiError, messageOf } from '../api/api-error';

/**
 * Placeholder of an empty page or list, with a hint.
 *
 * @param icon icon above the title
 * @param title short title
 * @param level level of the heading: 1 if it is the whole page
 * @param action button below the text
 */
export function EmptyState({
  icon,
  title,
  level = 2,
  children,
  action,
}: {
  icon: ReactNode;
  title: string;
  level?: 1 | 2;
  children?: ReactNode;
  action?: ReactNode;
}): ReactElement {
  return (
    <Stack align="center" gap="xs" py={56} px="md" ta="center">
      <ThemeIcon size={48} radius="xl" variant="light" color="gray" aria-hidden>
        {icon}
      </ThemeIcon>
      <Title order={level} size="h4" mt={4}>
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" maw={460} component="div">
          {children}
        </Text>
      )}
      {action !== undefined && <Group mt="sm">{action}</Group>}
    </Stack>
  );
}

/**
 * Placeholder of data that could not be loaded.
 *
 * @param error the thrown value
 * @param what message about the data, as in "The keys could not be loaded"
 * @param onRetry loads the data again
 */
export function ErrorState({
  error,
  what,
  onRetry,
}: {
  error: unknown;
  what: string;
  onRetry?: (() => void) | undefined;
}): ReactElement {
  if (error instanceof ApiError && error.status === 403) {
    return (
      <EmptyState icon={<IconLock size={24} />} title="Your role does not show this">
        {messageOf(error)} An owner can change your role.
      </EmptyState>
    );
  }
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle />}
      title={`${what} could not be loaded`}
      role="alert"
      my="xs"
    >
      <Text size="sm">{messageOf(error)}</Text>
      {requestId !== null && (
        <Text size="xs" c="dimmed" mt={4} ff="monospace">
          {requestId}
        </Text>
      )}
      {onRetry !== undefined && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/**
 * Placeholder of rows that are loading.
 *
 * @param rows number of rows
 * @param height height of each row, in pixels
 */
export function LoadingRows({
  rows = 6,
  height = 34,
}: {
  rows?: number;
  height?: number;
}): ReactElement {
  return (
    <Stack gap={10} p="md" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} radius="sm" />
      ))}
    </Stack>
  );
}

/**
 * Section of a page, with a heading.
 *
 * @param title text of the heading
 * @param description text below the heading
 * @param actions buttons to the right of the heading
 * @param flush whether the content has no padding
 */
export function Section({
  title,
  description,
  actions,
  flush = false,
  children,
}: {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}): ReactElement {
  return (
    <Paper component="section" aria-label={title}>
      <Group justify="space-between" align="flex-start" px="md" pt="md" pb="sm" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 200px' }}>
          <Title order={2} size="h5">
            {title}
          </Title>
          {description !== undefined && (
            <Text size="sm" c="dimmed" mt={2} component="div">
              {description}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      {flush ? children : <div style={{ padding: '0 16px 16px' }}>{children}</div>}
    </Paper>
  );
}
