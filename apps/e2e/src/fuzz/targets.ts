import { AdminClient, OWNER } from '../harness/admin-client.js';
import { Client } from '../harness/client.js';

/** What a route's calls are aimed at. */
export interface Targets {
  /** An API key of the project. */
  readonly secret: string;
  /** Values for the names in a path. */
  readonly known: Readonly<Record<string, string>>;
}

interface Made {
  readonly id: string;
}

/** What stands behind `{id}`, by the path before it. */
const MAKERS: readonly (readonly [path: string, make: (owner: AdminClient) => Promise<Made>])[] = [
  ['/admin/invitations/', (owner) => owner.expect(201, 'POST', '/admin/invitations', invitee())],
  ['/admin/me/sessions/', sessionOf],
  ['/admin/me/tokens/', tokenOf],
  ['/admin/people/', (owner) => owner.invite('viewer', invitee().email)],
];

let invitees = 0;
const invitee = () => ({ email: `hurt-${(invitees += 1)}@example.com`, role: 'viewer' });

/** Another session of the owner's. */
async function sessionOf(owner: AdminClient): Promise<Made> {
  await new AdminClient(owner.origin).signIn(OWNER);
  const { data } = await owner.expect<{ data: (Made & { current: boolean })[] }>(
    200,
    'GET',
    '/admin/me/sessions',
  );
  return data.find(({ current }) => !current) as Made;
}

/** A token of the owner's: one that other calls have made, since there can only be so many. */
async function tokenOf(owner: AdminClient): Promise<Made> {
  const { data } = await owner.expect<{ data: (Made & { revoked_at: string | null })[] }>(
    200,
    'GET',
    '/admin/me/tokens',
  );
  return data.find(({ revoked_at: at }) => at === null) ?? owner.addToken(['requests:read']);
}

/**
 * Makes what the calls of one route are aimed at: things of their own, so that no route meets what the
 * calls of another have archived, revoked or deleted, and nothing is hurt that other calls need.
 *
 * @param owner of the installation, signed in
 * @param path of the route, with names in braces
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
