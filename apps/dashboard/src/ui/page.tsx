'use client';

import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactElement, type ReactNode, useEffect } from 'react';

/**
 * Frame of a page's content.
 *
 * @param title text of its only h1, and title of the tab
 * @param shownTitle content of the h1 if it is more than text
 * @param description text below the title
 * @param actions buttons to the right of the title
 * @param width largest width, in pixels
 */
export function Page({
  title,
  shownTitle,
  description,
  actions,
  width = 1360,
  children,
}: {
  title: string;
  shownTitle?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  width?: number;
  children: ReactNode;
}): ReactElement {
  useEffect(() => {
    document.title = `${title} · ReqRun`;
  }, [title]);
  return (
    <Box maw={width} mx="auto" w="100%">
      <Stack gap="lg">
        <Group justify="space-between" align="flex-end" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
              {shownTitle ?? title}
            </Title>
            {description !== undefined && (
              <Text c="dimmed" mt={4} component="div">
                {description}
              </Text>
            )}
          </div>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Box>
  );
}
