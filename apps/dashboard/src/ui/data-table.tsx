import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/**
 * Plain table that scrolls horizontally on a narrow screen.
 *
 * @param label accessible name of the table
 * @param head column headings; an empty one is that of the actions
 * @param minWidth width below which it scrolls, in pixels
 */
export function DataTable({
  label,
  head,
  minWidth = 640,
  children,
}: {
  label: string;
  head: readonly ReactNode[];
  minWidth?: number;
  children: ReactNode;
}): ReactElement {
  return (
    // The keyboard scrolls a table that is too wide, which needs the focus.
    <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0}>
      <Table highlightOnHover aria-label={label} fz="sm" borderColor="var(--rr-border)">
        <Table.Thead>
          <Table.Tr>
            {head.map((title, index) => (
              // Positioned, so that a hidden heading scrolls with the table and does not widen the page.
              <Table.Th
                key={index}
                c="dimmed"
                fz={12}
                fw={600}
                style={{ whiteSpace: 'nowrap', position: 'relative' }}
              >
                {title === '' ? <VisuallyHidden>Actions</VisuallyHidden> : title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
