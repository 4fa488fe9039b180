import { inspect } from 'node:util';

import {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  GatewayTimeoutError,
  GoneError,
  InternalServerError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionDeniedError,
  ProviderError,
  RateLimitError,
  ReqRunError,
  ServiceUnavailableError,
  UnprocessableEntityError,
} from './errors.js';
import { failure, HELLO, ID } from './testing/answers.js';
import { KEY, useServer } from './testing/use-server.js';

const { server, client } = useServer();

const errorOf = async (promise: Promise<unknown>): Promise<APIError> =>
  promise.then(
    () => {
      throw new Error('It did not fail.');
    },
    (error: unknown) => error as APIError,
  );

describe('an error', () => {
  it.each([
    [400, BadRequestError],
    [401, AuthenticationError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [405, APIError],
    [409, ConflictError],
    [410, GoneError],
    [413, PayloadTooLargeError],
    [422, UnprocessableEntityError],
    [429, RateLimitError],
    [500, InternalServerError],
    [502, ProviderError],
    [503, ServiceUnavailableError],
    [504, GatewayTimeoutError],
    [529, InternalServerError],
  ])('with status %d has a class of its own', async (status, Class) => {
    server.play(failure(status, 'some_code', { 'x-should-retry': 'false' }));
    const error = await errorOf(client().requests.get(ID));
    expect(error.constructor).toBe(Class);
    expect(error).toBeInstanceOf(ReqRunError);
    expect(error.name).toBe(Class.name);
    expect(error).toMatchObject({ status, code: 'some_code', type: 'some_error', param: null });
  });

  it('has the id of the request, the wait that is asked for in seconds, and the headers', async () => {
    server.play(failure(429, 'overloaded', { 'x-request-id': ID, 'retry-after': '7' }));
    const error = await errorOf(client({ maxRetries: 0 }).requests.get(ID));
    expect(error).toMatchObject({ requestId: ID, retryAfter: 7 });
    expect(error.headers.get('retry-after')).toBe('7');
    expect(error.message).toContain(ID);
  });

  it('names the field that is wrong, in the words of the server', async () => {
    server.play({
      status: 400,
      body: { error: { message: 'model is required.', type: 't', param: 'model', code: 'c' } },
    });
    const error = await errorOf(client().chat.completions.create(HELLO));
    expect(error).toMatchObject({ param: 'model', message: '400 model is required.' });
  });

  it('keeps the words of the provider, which can repeat the prompt, out of everything that is printed', async () => {
    server.play({
      status: 400,
      body: {
        error: {
          message: 'You said: my secret prompt',
          type: 't',
          param: null,
          code: 'unsupported_value',
        },
      },
      headers: { 'x-request-id': ID, 'x-reqrun-attempts': '1', 'x-should-retry': 'false' },
    });
    const error = await errorOf(client().chat.completions.create({ ...HELLO, wait: true }));
    const printed = [inspect(error, { depth: 10 }), JSON.stringify(error), String(error)].join();
    expect(printed).not.toContain('secret prompt');
    expect(error.message).toBe(`400 The provider refused the request: unsupported_value (${ID})`);
    expect(error.body).toMatchObject({ error: { message: 'You said: my secret prompt' } });
  });

  it('of a proxy, whose body is no JSON, still has its status', async () => {
    server.play({ status: 413, body: '<html>too large</html>' });
    const error = await errorOf(client().chat.completions.create(HELLO));
    expect(error).toMatchObject({ status: 413, code: null, body: '<html>too large</html>' });
    expect(error.message).not.toContain('html');
  });

  it('is thrown for a good answer that is not JSON', async () => {
    server.play({ status: 200, body: '<html>' });
    const error = await errorOf(client({ maxRetries: 0 }).requests.get(ID));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error.message).toContain('baseURL');
  });

  it('of a connection says how it broke, and with which key the call can be made again', async () => {
    const closed = await unusedOrigin();
    const error = await errorOf(
      client({ baseURL: closed, maxRetries: 0 }).chat.completions.create(HELLO, {
        idempotencyKey: 'ticket-842',
      }),
    );
    expect(error).toMatchObject({
      name: 'APIConnectionError',
      message: 'The connection failed (ECONNREFUSED).',
      idempotencyKey: 'ticket-842',
      requestId: null,
    });
  });

  it('never holds the key, nor does the client when it is printed', async () => {
    server.play(failure(401, 'invalid_api_key'));
    const reqrun = client();
    const error = await errorOf(reqrun.requests.get(ID));
    const broken = await errorOf(
      client({ baseURL: await unusedOrigin(), maxRetries: 0 }).requests.get(ID),
    );
    for (const thing of [error, broken, reqrun]) {
      expect(inspect(thing, { depth: 10, showHidden: false })).not.toContain(KEY);
      expect(JSON.stringify(thing)).not.toContain(KEY);
    }
  });

  it('is the only rejection of a call, whichever way its promise is used', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      server.play(failure(400, 'invalid_value'));
      const reqrun = client();
      await expect(reqrun.requests.get(ID).withResponse()).rejects.toThrow(BadRequestError);
      await expect(reqrun.requests.get(ID)).rejects.toThrow(BadRequestError);
      await reqrun.requests.get(ID).catch(() => undefined);
      await expect(reqrun.requests.get('../keys')).rejects.toThrow('id of a request');
      await expect(reqrun.requests.list().pages().next()).rejects.toThrow(BadRequestError);
      // Unhandled rejections are told of when the queue of microtasks is empty.
      await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  });
});

/** Address at which nobody listens. */
async function unusedOrigin(): Promise<string> {
  const { createServer } = await import('node:net');
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as { port: number };
  await new Promise((resolve) => listener.close(resolve));
  return `http://127.0.0.1:${port}`;
}
