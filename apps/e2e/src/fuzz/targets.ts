import { AdminClient, OWNER } from '../harness/admin-client.js';
import { Client } from '../harness/client.js';

/** Objects at which a route's calls aim. */
export interface Targets {
  /** API key of the project. */
  readonly secret: string;
  /** Values of the names in a path. */
  readonly known: Readonly<Record<string, string>>;
}

interface Made {
  readonly id: string;
}

/** Functions that create the object of `{id}`, by the path before it. */
const MAKERS: readonly (readonly [path: string, make: (owner: AdminClient) => Promise<Made>])[] = [
  ['/admin/invitations/', (owner) => owner.expect(201, 'POST', '/admin/invitations', invitee())],
  ['/admin/me/sessions/', sessionOf],
  ['/admin/me/tokens/', tokenOf],
  ['/admin/people/', (owner) => owner.invite('viewer', invitee().email)],
];

let invitees = 0;
const invitee = () => ({ email: `hurt-${(invitees += 1)}@example.com`, role: 'viewer' });

/** Creates another session of the owner. */
async function sessionOf(owner: AdminClient): Promise<Made> {
  await new AdminClient(owner.origin).signIn(OWNER);
  const { data } = await owner.expect<{ data: (Made & { current: boolean })[] }>(
    200,
    'GET',
    '/admin/me/sessions',
  );
  return data.find(({ current }) => !current) as Made;
}

/** Returns a token of the owner. It reuses one of other calls, because the number of tokens is limited. */
async function tokenOf(owner: AdminClient): Promise<Made> {
  const { data } = await owner.expect<{ data: (Made & { revoked_at: string | null })[] }>(
    200,
    'GET',
    '/admin/me/tokens',
  );
  return data.find(({ revoked_at: at }) => at === null) ?? owner.addToken(['requests:read']);
}

/**
 * Creates the objects at which the calls of one route aim. Each route has its own, so that calls do not meet
 * objects that another route's calls have archived, revoked or deleted.
 *
 * @param owner the owner of the deployment, signed in
 * @param path path of the route, with names in braces
 */
export async function makeTargets(owner: AdminClient, path: string): Promise<Targets> {
  const project = await owner.expect<Made>(201, 'POST', '/admin/projects', { name: 'hurt' });
  const projectPath = `/admin/projects/${project.id}`;
  const key = await owner.expect<Made & { secret: string }>(201, 'POST', `${projectPath}/keys`, {
    name: 'hurt',
    mode: 'test',
  });
  const application = new Client(owner.origin, key.secret);
  const failed = await application.wait('sim/400');
  const request = String(failed.headers['x-request-id']);
  const bulk = await owner.expect<Made>(202, 'POST', `${projectPath}/requests/bulk-retry`, {
    filter: { error_code: 'no_such_code' },
    dry_run: false,
  });
  const maker = MAKERS.find(([prefix]) => path.startsWith(prefix));
  return {
    secret: key.secret,
    known: {
      project_id: project.id,
      key_id: key.id,
      request_id: request,
      bulk_retry_id: bulk.id,
      id: maker === undefined ? request : (await maker[1](owner)).id,
    },
  };
}
