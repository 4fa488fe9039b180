'use client';

import { Checkbox } from '@mantine/core';
import { useRouter } from 'next/navigation';
import type { ReactElement } from 'react';

import { paths } from '../shell/paths';
import { CELLS, titleOf } from './cells';
import { type Column, HEADINGS, NUMBERS, type TableLook } from './columns';
import type { AdminRequest } from './queries';
import type { Selection } from './use-selection';
import classes from './requests.module.css';

/** Classes of the cells of a column. */
const classOf = (column: Column): string =>
  [classes[column], NUMBERS.has(column) ? classes['number'] : undefined]
    .filter((name) => name !== undefined)
    .join(' ');

/**
 * Table of requests, one per row. A click on a row opens it, and so does its link from the keyboard.
 *
 * @param rows requests, newest first
 * @param left ids of rows that no longer match the filters
 * @param look columns and height of the rows
 * @param isChosen whether the columns are not the usual ones: no column is left out then where there is little room
 * @param selection the selected rows
 */
export function RequestTable({
  rows,
  left,
  look,
  isChosen,
  selection,
}: {
  rows: readonly AdminRequest[];
  left: ReadonlySet<string>;
  look: TableLook;
  isChosen: boolean;
  selection: Selection;
}): ReactElement {
  const selected = selection.selected.length;
  return (
    <div className={classes['scroll']}>
      <table
        className={classes['table']}
        aria-label="Requests"
        data-density={look.density}
        data-chosen={isChosen}
      >
        <thead>
          <tr>
            <th scope="col" className={classes['select']}>
              <Checkbox
                size="xs"
                aria-label="Select all on this page"
                checked={selected === rows.length}
                indeterminate={selected > 0 && selected < rows.length}
                onChange={() => selection.toggleAll()}
              />
            </th>
            {look.columns.map((column) => (
              <th key={column} scope="col" className={classOf(column)}>
                {HEADINGS[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((request) => (
            <Row
              key={request.id}
              request={request}
              hasLeft={left.has(request.id)}
              columns={look.columns}
              selection={selection}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({
  request,
  hasLeft,
  columns,
  selection,
}: {
  request: AdminRequest;
  hasLeft: boolean;
  columns: readonly Column[];
  selection: Selection;
}): ReactElement {
  const router = useRouter();
  const isSelected = selection.has(request.id);
  return (
    <tr
      className={classes['row']}
      data-request-row={request.id}
      data-left={hasLeft}
      data-selected={isSelected}
      {...(hasLeft && { title: 'It no longer matches the filters.' })}
      onClick={(event) => {
        if (!(event.target as Element).closest('a,button,label,input') && !hasSelection()) {
          router.push(paths.request(request.project_id, request.id));
        }
      }}
    >
      {/* The whole cell is the target: a miss by a few pixels would open the request. */}
      <td
        className={classes['select']}
        onClick={(event) => {
          event.stopPropagation();
          if ((event.target as Element).closest('label,input') === null) {
            selection.toggle(request.id, event.shiftKey);
          }
        }}
      >
        <Checkbox
          size="xs"
          aria-label={`Select ${request.id}`}
          checked={isSelected}
          onChange={(event) =>
            selection.toggle(request.id, (event.nativeEvent as MouseEvent).shiftKey)
          }
        />
      </td>
      {columns.map((column) => (
        <td
          key={column}
          className={classOf(column)}
          data-label={HEADINGS[column]}
          title={titleOf(column, request)}
        >
          {CELLS[column](request)}
        </td>
      ))}
    </tr>
  );
}

function hasSelection(): boolean {
  return (window.getSelection()?.toString() ?? '') !== '';
}
