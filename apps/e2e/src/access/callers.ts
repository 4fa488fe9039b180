import { AdminClient, OWNER } from '../harness/admin-client.js';
import type { Cluster } from '../harness/cluster.js';
import type { Answer } from '../harness/client.js';
import type { AdminCaller, AppCaller, Row } from './table.js';

type Role = 'viewer' | 'member' | 'owner';
type Call = (method: string, path: string) => Promise<Answer>;

const ELSEWHERE = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };

/** Callers of every kind, each created once. */
export class Callers {
  private readonly browsers = new Map<string, AdminClient>();
  private readonly tokens = new Map<string, Promise<AdminClient>>();

  private constructor(
    private readonly cluster: Cluster,
    private readonly people: Readonly<Record<Role, { email: string; password: string }>>,
    private readonly owner: AdminClient,
    private readonly keys: Readonly<Record<'archived' | 'revoked' | 'expired', string>>,
    private readonly foreignKey: string,
  ) {}

  /**
   * Creates users and keys.
   *
   * @param cluster the cluster
   */
  static async make(cluster: Cluster): Promise<Callers> {
    const owner = await cluster.owner();
    const invited = async (role: Role) => {
      const email = `${role}@matrix.example`;
      return { email, password: (await owner.invite(role, email)).password };
    };
    const store = cluster.projects.keys;
    const projectId = cluster.project.id;
    const revoked = await store.create({ projectId, mode: 'test', name: 'revoked' });
    await store.revoke(projectId, revoked.id);
    const expiresAt = new Date(Date.now() - 1000);
    const expired = await store.create({ projectId, mode: 'test', name: 'expired', expiresAt });
    const archived = await cluster.addProject();
    await cluster.pool.query('UPDATE projects SET archived_at = now() WHERE id = $1', [
      archived.id,
    ]);
    return new Callers(
      cluster,
      { owner: OWNER, member: await invited('member'), viewer: await invited('viewer') },
      owner,
      { archived: archived.keys.test, revoked: revoked.secret, expired: expired.secret },
      (await cluster.addProject()).keys.test,
    );
  }

  /**
   * Returns a function that calls the admin API as a caller.
   *
   * @param who the caller
   * @param row row of the route
   */
  async admin(who: AdminCaller, row: Row & { kind: 'admin' }): Promise<Call> {
    const scope = row.scope ?? 'audit:read';
    const other = scope === 'audit:read' ? 'metrics:read' : 'audit:read';
    switch (who) {
      case 'nobody':
        return calls(new AdminClient(this.cluster.baseUrl));
      case 'viewer':
      case 'member':
      case 'owner':
        return calls(await this.browser(who));
      case 'owner who signed in long ago': {
        const browser = await this.browser('owner', who);
        const { session_id: id } = await browser.expect<{ session_id: string }>(
          200,
          'GET',
          '/admin/session',
        );
        await this.cluster.pool.query(
          `UPDATE person_sessions SET authenticated_at = now() - interval '10 min' WHERE id = $1`,
          [id],
        );
        return calls(browser);
      }
      case 'signed-out owner': {
        const browser = await this.cluster.owner();
        const { cookie } = browser;
        await browser.expect(204, 'DELETE', '/admin/session');
        browser.cookie = cookie;
        return calls(browser);
      }
      case 'owner on another site': {
        const browser = await this.browser('owner');
        return (method, path) => browser.call(method, path, undefined, ELSEWHERE);
      }
      case 'viewer’s token':
        return calls(await this.token('viewer', scope));
      case 'owner’s token':
        return calls(await this.token('owner', scope));
      case 'owner’s token without the scope':
        return calls(await this.token('owner', other));
      case 'revoked token': {
        const { id, client } = await this.owner.addToken([scope]);
        await this.owner.expect(204, 'DELETE', `/admin/me/tokens/${id}`);
        return calls(client);
      }
      case 'expired token': {
        const { id, client } = await this.owner.addToken([scope]);
        await this.cluster.pool.query('UPDATE access_tokens SET expires_at = now() WHERE id = $1', [
          id,
        ]);
        return calls(client);
      }
      case 'application key':
        return this.withKey(this.cluster.project.keys.live);
    }
  }

  /**
   * Returns a function that calls the API for applications as a caller.
   *
   * @param who the caller
   * @param row row of the route
   */
  async app(who: AppCaller, row: Row & { kind: 'app' }): Promise<Call> {
    const { project } = this.cluster;
    switch (who) {
      case 'nobody':
        return calls(new AdminClient(this.cluster.baseUrl));
      case 'viewer':
      case 'owner':
        return calls(await this.browser(who));
      case 'owner’s token':
        return calls(await this.token('owner', 'requests:read'));
      case 'own key':
        return this.withKey(project.keys.test);
      case 'own key of the other mode':
        return this.withKey(project.keys.live);
      case 'key of another project':
        return this.withKey(this.foreignKey);
      case 'key without the scope': {
        const scopes = [
          row.scope === 'requests:read' ? 'requests:write' : 'requests:read',
        ] as const;
        const made = { projectId: project.id, mode: 'test', name: 'narrow', scopes } as const;
        return this.withKey((await this.cluster.projects.keys.create(made)).secret);
      }
      case 'key of an archived project':
        return this.withKey(this.keys.archived);
      case 'revoked key':
        return this.withKey(this.keys.revoked);
      case 'expired key':
        return this.withKey(this.keys.expired);
    }
  }

  /** Returns the role's browser. It signs in again if the previous call has signed it out. */
  private async browser(role: Role, name: string = role): Promise<AdminClient> {
    const browser = this.browsers.get(name) ?? new AdminClient(this.cluster.baseUrl);
    this.browsers.set(name, browser);
    if (browser.cookie === null) {
      await browser.signIn(this.people[role]);
    }
    return browser;
  }

  private token(role: Role, scope: string): Promise<AdminClient> {
    const name = `${role} ${scope}`;
    const known = this.tokens.get(name);
    const made =
      known ??
      this.browser(role)
        .then((browser) => browser.addToken([scope]))
        .then(({ client }) => client);
    this.tokens.set(name, made);
    return made;
  }

  private withKey(key: string): Call {
    const client = this.cluster.clientFor(key);
    return (method, path) => client.call(method, path);
  }
}

const calls =
  (client: AdminClient): Call =>
  (method, path) =>
    client.call(method, path);
