import type { StockOptions } from './reqrun.js';
import { accepted, completed, full, HELLO, ID } from './testing/answers.js';
import { KEY, useServer } from './testing/use-server.js';

const { server, client } = useServer();

/** A logger that keeps its lines. */
const listening = () => {
  const lines: string[] = [];
  const log = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
  const logger = {
    ...{ debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
  };
  return { lines, logger };
};

describe('a client', () => {
  it('sends its default headers, which a call may replace', async () => {
    server.play(accepted);
    const reqrun = client({ defaultHeaders: { 'X-Team': 'billing', 'x-app': 'tickets' } });
    await reqrun.chat.completions.create(HELLO, { headers: { 'x-team': 'support' } });
    expect(server.calls[0]?.headers).toMatchObject({ 'x-team': 'support', 'x-app': 'tickets' });
  });

  it('with other options is another client, and the first one stays as it is', async () => {
    server.play(full, full, full, accepted);
    const reqrun = client({ maxRetries: 0, defaultHeaders: { 'x-app': 'tickets' } });
    const patient = reqrun.withOptions({ maxRetries: 5 });
    await expect(reqrun.chat.completions.create(HELLO)).rejects.toMatchObject({ status: 503 });
    expect(await patient.chat.completions.create(HELLO)).toMatchObject({ id: ID });
    expect(server.calls.map(({ headers }) => headers['x-app'])).toEqual(Array(4).fill('tickets'));
    expect(() => reqrun.withOptions({ timeout: 0 })).toThrow('timeout');
  });

  it('tells its logger what it calls again, and no key, prompt or answer', async () => {
    server.play(full, completed);
    const { lines, logger } = listening();
    await client({ logger }).chat.completions.create({ ...HELLO, wait: true });
    expect(lines).toEqual([
      'info POST /v1/chat/completions failed: 503 Words about overloaded. (req_1) Again in 5 ms.',
    ]);
  });

  it('tells its logger each call where that is wanted, nothing where it is not', async () => {
    server.play(full, completed);
    const { lines, logger } = listening();
    const reqrun = client({ logger, logLevel: 'debug' });
    await reqrun.chat.completions.create({ ...HELLO, wait: true });
    await reqrun.requests.list({ idempotency_key: 'secret-name' });
    expect(lines).toContain(`debug POST /v1/chat/completions: 200 (${ID})`);
    expect(lines.at(-1)).toBe(`debug GET /v1/requests: 200 (${ID})`);
    for (const secret of [KEY, 'secret-name', 'Hello']) {
      expect(lines.join('\n')).not.toContain(secret);
    }
    const silent = listening();
    server.play(full, completed);
    await reqrun
      .withOptions({ logger: silent.logger, logLevel: 'off' })
      .chat.completions.create({ ...HELLO, wait: true });
    expect(silent.lines).toEqual([]);
    expect(() => client({ logLevel: 'loud' as 'info' })).toThrow('logLevel');
  });

  it('makes a stock client with its own settings', () => {
    class Stock {
      constructor(readonly options: StockOptions) {}
    }
    const made = client({ maxRetries: 3, timeout: Infinity, defaultHeaders: { 'X-App': 'a' } });
    expect(made.openai(Stock).options).toEqual({
      ...{ apiKey: KEY, baseURL: `${server.origin}/v1`, maxRetries: 3, timeout: 2 ** 31 - 1 },
      defaultHeaders: { 'x-app': 'a' },
    });
  });

  it('does not show its key when it is printed', () => {
    expect(Object.values(client())).not.toContain(KEY);
    expect(JSON.stringify(client())).not.toContain(KEY);
  });
});
