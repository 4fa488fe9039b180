'use client';

import { Anchor, Box, Center, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactElement, type ReactNode, useEffect } from 'react';

import { Logo } from '../../ui/logo';
import { paths } from '../shell/paths';

/**
 * Frame of the pages for users who are not signed in.
 *
 * @param title heading of the page
 * @param description text below the heading
 */
export function AuthCard({
  title,
  description,
  children,
}: {
  title: string;
  description: ReactNode;
  children: ReactNode;
}): ReactElement {
  useEffect(() => {
    document.title = `${title} · ReqRun`;
  }, [title]);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Box w="100%" maw={400}>
        <Stack gap="lg">
          <Center>
            <Logo size={34} />
          </Center>
          <Paper p={{ base: 'lg', xs: 'xl' }} radius="lg" shadow="sm">
            <Stack gap="lg">
              <div>
                <Title order={1} size="h3">
                  {title}
                </Title>
                <Text c="dimmed" mt={4} component="div">
                  {description}
                </Text>
              </div>
              {children}
            </Stack>
          </Paper>
          <Center>
            <Anchor href={paths.documentation} size="sm">
              Documentation
            </Anchor>
          </Center>
        </Stack>
      </Box>
    </Center>
  );
}
