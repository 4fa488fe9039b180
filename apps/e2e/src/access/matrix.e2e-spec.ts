import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ENDPOINTS } from '@reqrun/contracts';

import { chatBody, type Answer } from '../harness/client.js';
import { formOf } from '../harness/form.js';
import { useCluster } from '../harness/transports.js';
import { Callers } from './callers.js';
import { ADMIN_CALLERS, APP_CALLERS, type Outcome, TABLE } from './table.js';

const CHECKOUT = join(import.meta.dirname, '..', '..', '..', '..');
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly 'x-access'?: { readonly recentSignIn?: boolean };
}

/** Returns every route of the OpenAPI document, e.g. `GET /admin/people`. */
async function readRoutes(): Promise<Map<string, Operation>> {
  const document = JSON.parse(await readFile(join(CHECKOUT, 'openapi.json'), 'utf8')) as Document;
  return new Map(
    Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map(
        (method) => [`${method.toUpperCase()} ${path}`, item[method] ?? {}] as const,
      ),
    ),
  );
}

describe('who may call what', () => {
  const cluster = useCluster({
    redis: false,
    // All refused calls come from this one address.
    env: { REQRUN_FAILED_KEYS_PER_MINUTE: '100000', REQRUN_KEY_CACHE_MS: '0' },
  });
  let callers: Callers;
  let requestId: string;
  /** A completed request of each endpoint, by its path. */
  const requestIds = new Map<string, string>();
  beforeAll(async () => {
    callers = await Callers.make(cluster());
    for (const { path, form } of ENDPOINTS) {
      const body = chatBody('sim/ok', { input: 'x', prompt: 'x', wait: true });
      const upload = formOf([
        { name: form?.file ?? '', content: 'x', fileName: 'x' },
        ...['model', 'prompt'].map((name) => ({ name, content: 'sim/ok' })),
        { name: 'wait', content: 'true' },
      ]);
      const accepted =
        form === undefined
          ? await cluster().client.call('POST', `/v1${path}`, body)
          : await cluster().client.call('POST', `/v1${path}`, upload.body, upload.headers);
      requestIds.set(`/v1${path}`, accepted.headers['x-request-id'] as string);
    }
    requestId = requestIds.get('/v1/chat/completions') ?? '';
  });

  /** Returns the outcome of a call: a refusal, or that authorization let it pass. */
  const outcomeOf = ({ status }: Answer): Outcome | `status ${number}` =>
    status === 401 || status === 403 ? status : status < 500 ? 'passes' : `status ${status}`;

  /** Reads use existing objects; a change that passes authorization must find nothing to change. */
  const pathOf = (method: string, path: string): string =>
    path
      .replace('{project_id}', method === 'GET' ? cluster().project.id : randomUUID())
      .replace('{request_id}', requestId)
      .replace('/v1/models/{id}', '/v1/models/sim/ok')
      .replace(
        /^(\/v1\/.*?)\/\{id\}/,
        (_, endpoint: string) => `${endpoint}/${requestIds.get(endpoint) ?? requestId}`,
      )
      .replace(/\{\w+\}/g, () => randomUUID());

  it('is said for every route that there is, and for no other', async () => {
    expect(Object.keys(TABLE).sort()).toEqual([...(await readRoutes()).keys()].sort());
  });

  it('is in the document where it takes a recent sign-in, and nowhere else', async () => {
    const said = [...(await readRoutes())].filter(
      ([, operation]) => operation['x-access']?.recentSignIn === true,
    );
    const expected = Object.entries(TABLE).filter(
      ([, row]) => row.kind === 'admin' && row.recentSignIn,
    );
    expect(said.map(([route]) => route).sort()).toEqual(expected.map(([route]) => route).sort());
    expect(said).toHaveLength(14);
  });

  it.each(Object.entries(TABLE))('%s', async (route, row) => {
    const [method = '', path = ''] = route.split(' ');
    const came: Record<string, unknown> = {};
    if (row.kind === 'open') {
      expect((await cluster().clientFor(null).call(method, path)).status).toBe(200);
      return;
    }
    if (row.kind === 'admin') {
      for (const who of ADMIN_CALLERS) {
        const call = await callers.admin(who, row);
        came[who] = outcomeOf(await call(method, pathOf(method, path)));
      }
    } else {
      for (const who of APP_CALLERS) {
        const call = await callers.app(who, row);
        const answer = await call(method, pathOf(method, path));
        // The API must not reveal whether another project's request exists.
        came[who] = answer.status === 404 ? 404 : outcomeOf(answer);
      }
    }
    expect(came).toEqual(row.outcomes);
  });
});
