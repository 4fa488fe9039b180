'use client';

import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactElement, type ReactNode, useEffect } from 'react';

/**
 * The frame of a page's content.
 *
 * @param title its one h1, and the tab's title
 * @param shownTitle what stands in the h1 where that is more than text
 * @param description said below it
 * @param actions buttons at its right
 * @param width the widest it gets, in pixels
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
