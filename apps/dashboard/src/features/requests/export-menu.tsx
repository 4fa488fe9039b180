'use client';

import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';

import { count, plural } from '../../ui/format';
import { notifyDone, notifyFailed } from '../../ui/notify';
import { useProject } from '../projects/current-project';
import { type ExportFormat, MOST_EXPORTED, readAll, textOf } from './export-rows';
import type { RequestFilters } from './filters';

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
};

/**
 * Menu that saves the filtered requests as a file, without contents.
 *
 * @param filters filters of the list
 */
export function ExportMenu({ filters }: { filters: RequestFilters }): ReactElement {
  const project = useProject();
  const [read, setRead] = useState<number | null>(null);
  const save = async (format: ExportFormat): Promise<void> => {
    setRead(0);
    try {
      const rows = await readAll(project.id, filters, setRead);
      download(textOf(rows, format), `requests-${project.name}.${format}`, TYPES[format]);
      notifyDone(
        rows.length === MOST_EXPORTED
          ? `The newest ${count(rows.length)} requests are saved. Narrow the filters for older ones.`
          : `${plural(rows.length, 'request')} saved.`,
      );
    } catch (error) {
      notifyFailed('The requests were not exported', error);
    } finally {
      setRead(null);
    }
  };
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={15} />}
          {...(read !== null && { 'data-disabled': true })}
        >
          {read === null ? 'Export' : `${count(read)}…`}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>What is filtered, without contents</Menu.Label>
        <Menu.Item onClick={() => void save('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => void save('ndjson')}>NDJSON</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function download(text: string, name: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
