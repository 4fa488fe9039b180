import pg from 'pg';

import { createTestDatabase, startTcpProxy, type TcpProxy, type TestDatabase } from './index.js';

let database: TestDatabase;
let proxy: TcpProxy;
let client: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  proxy = await startTcpProxy(database.connectionString);
  client = await connect();
  await client.query('CREATE TABLE marks (mark text)');
});
afterEach(async () => {
  await proxy.close();
  await database.drop();
});

async function connect(): Promise<pg.Client> {
  const connection = new pg.Client({
    connectionString: proxy.through(database.connectionString),
    query_timeout: 300,
  });
  connection.on('error', () => undefined);
  await connection.connect();
  return connection;
}

const mark = {
  name: 'set-mark',
  text: `INSERT INTO marks VALUES ('x') RETURNING mark`,
};
const marks = async (): Promise<number> =>
  (await (await connect()).query('SELECT FROM marks')).rowCount ?? 0;

describe('startTcpProxy', () => {
  it('passes everything on until it is told otherwise', async () => {
    expect((await client.query(mark)).rows).toEqual([{ mark: 'x' }]);
    expect(await marks()).toBe(1);
  });

  it('cut-request: the statement never runs, and the client sees that the connection broke', async () => {
    const fault = proxy.breakNext('set-mark', 'cut-request');
    await expect(client.query(mark)).rejects.toThrow(/terminated/);
    await fault.happened;
    expect(await marks()).toBe(0);
  });

  it('cut-answer: the statement is committed, and the client sees that the connection broke', async () => {
    const fault = proxy.breakNext('set-mark', 'cut-answer');
    await expect(client.query(mark)).rejects.toThrow(/terminated/);
    await fault.happened;
    expect(await marks()).toBe(1);
  });

  it('swallow-answer: the statement is committed, and the client sees nothing', async () => {
    const fault = proxy.breakNext('set-mark', 'swallow-answer');
    await expect(client.query(mark)).rejects.toThrow(/timeout/);
    await fault.happened;
    expect(await marks()).toBe(1);
  });

  it('stall-answer: the statement is committed before the client sees it', async () => {
    const fault = proxy.breakNext('set-mark', 'stall-answer');
    const answer = client.query(mark);
    await fault.happened;
    fault.release();
    expect((await answer).rows).toEqual([{ mark: 'x' }]);
  });

  it('breaks one exchange, and only that with the text', async () => {
    const fault = proxy.breakNext('set-mark', 'cut-request');
    await client.query('SELECT 1');
    await expect(client.query(mark)).rejects.toThrow(/terminated/);
    await fault.happened;
    client = await connect();
    await client.query(mark);
    expect(await marks()).toBe(1);
  });

  it('refuses connections until it allows them again', async () => {
    const refused = proxy.refuse();
    await expect(connect()).rejects.toThrow();
    await refused;
    proxy.allow();
    expect(await marks()).toBe(0);
  });
});
