import { Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';

/**
 * Logo and name of the product.
 *
 * @param size size of the logo, in pixels
 */
export function Logo({ size = 26 }: { size?: number }): ReactElement {
  return (
    <Group gap={10} wrap="nowrap">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" fill="var(--mantine-color-iris-6)" />
        <g fill="none" stroke="#fff" strokeWidth="2.7" strokeLinecap="round" strokeLinejoin="round">
          <path d="M23.4 12.5A8.3 8.3 0 1 0 24.3 16" />
          <path d="M24.6 7.7v5.3h-5.3" />
        </g>
        <circle cx="16" cy="16" r="2.6" fill="#fff" />
      </svg>
      <Text component="span" fw={680} fz={17} lts="-0.02em">
        ReqRun
      </Text>
    </Group>
  );
}
