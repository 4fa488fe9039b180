import {
  knownColumns,
  moveColumn,
  readLook,
  type TableLook,
  USUAL_LOOK,
  writeLook,
} from './columns';

describe('the look of the table', () => {
  it('is the same after a way through the address', () => {
    const look: TableLook = { columns: ['created', 'id', 'metadata'], density: 'compact' };
    const search = new URLSearchParams('status=failed');
    writeLook(look, search);
    expect(readLook(new URLSearchParams(search.toString()))).toEqual(look);
  });

  it('is none where the address has none, and usual in what it leaves out', () => {
    expect(readLook(new URLSearchParams('status=failed'))).toBeNull();
    expect(readLook(new URLSearchParams('density=compact'))).toEqual({
      columns: USUAL_LOOK.columns,
      density: 'compact',
    });
  });

  it.each([
    [
      ['status', 'secret', 'status', 7],
      ['id', 'status'],
    ],
    [
      ['model', 'id'],
      ['model', 'id'],
    ],
    [[''], ['id']],
  ])('has of %j the columns %j', (names, columns) => {
    expect(knownColumns(names)).toEqual(columns);
  });

  it('lets a column change places with its neighbor, and none leave the table', () => {
    const columns = ['status', 'id', 'model'] as const;
    expect(moveColumn(columns, 'model', -1)).toEqual(['status', 'model', 'id']);
    expect(moveColumn(columns, 'status', 1)).toEqual(['id', 'status', 'model']);
    expect(moveColumn(columns, 'status', -1)).toEqual(columns);
    expect(moveColumn(columns, 'model', 1)).toEqual(columns);
    expect(moveColumn(columns, 'error', 1)).toEqual(columns);
  });
});
