import { useLocalStorage } from '@mantine/hooks';
import { useSearchParams } from 'next/navigation';

import { currentQuery, setQuery } from '../../ui/address';
import { knownColumns, readLook, type TableLook, USUAL_LOOK, writeLook } from './columns';

/**
 * Returns the look of the table: that of the address, else the user's own, which this browser keeps. A change goes to
 * where the look came from, so that looking at a shared view leaves one's own look alone.
 */
export function useTableLook(): {
  look: TableLook;
  /** True when somebody has chosen it. */
  isChosen: boolean;
  setLook: (look: TableLook) => void;
} {
  const search = useSearchParams();
  const shared = readLook(search);
  const [own, setOwn] = useLocalStorage<TableLook | null>({
    key: 'reqrun-table',
    defaultValue: null,
    getInitialValueInEffect: false,
    deserialize: readStored,
  });
  const look = shared ?? own ?? USUAL_LOOK;
  return {
    look,
    isChosen: look.columns.join() !== USUAL_LOOK.columns.join(),
    setLook: (next) => {
      if (shared === null) {
        setOwn(next);
        return;
      }
      const query = currentQuery();
      writeLook(next, query);
      setQuery(query, 'replace');
    },
  };
}

/** Reads what the browser has kept, which an older version may have written. */
function readStored(text: string | undefined): TableLook | null {
  try {
    const kept = JSON.parse(text ?? 'null') as { columns?: unknown; density?: unknown } | null;
    return Array.isArray(kept?.columns)
      ? {
          columns: knownColumns(kept.columns),
          density: kept.density === 'compact' ? 'compact' : 'comfortable',
        }
      : null;
  } catch {
    return null;
  }
}
