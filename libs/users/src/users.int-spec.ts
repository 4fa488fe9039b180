import { HERE, NOBODY, PASSWORD, UsersFixture } from './testing/users-fixture.js';
import { ensureFirstOwner, generatePassword } from './first-owner.js';

let at: UsersFixture;

beforeEach(async () => {
  at = await UsersFixture.open();
});
afterEach(() => at.close());

const owners = async (): Promise<string[]> =>
  (await at.users.list())
    .filter(({ role, disabledAt }) => role === 'owner' && disabledAt === null)
    .map(({ id }) => id);

describe('the last owner', () => {
  it('cannot be demoted, disabled or removed, by nobody', async () => {
    const { id, actor } = await at.addUser('owner');
    const refusal = { code: 'last_owner' };
    await expect(at.users.change(id, { role: 'member' }, id, actor)).rejects.toMatchObject(refusal);
    await expect(at.users.change(id, { disabled: true }, id, actor)).rejects.toMatchObject(refusal);
    await expect(at.users.remove(id, id, actor)).rejects.toMatchObject(refusal);
    expect(await owners()).toEqual([id]);
    expect(await at.actionsOn(id)).toEqual([]);
  });

  it('is also the last one beside an owner who is disabled', async () => {
    const [ada, eve] = [await at.addUser('owner'), await at.addUser('owner')];
    await at.users.change(eve.id, { disabled: true }, ada.id, ada.actor);
    await expect(at.users.remove(ada.id, ada.id, ada.actor)).rejects.toMatchObject({
      code: 'last_owner',
    });
  });

  it('remains when two owners take each other’s role at the same moment, every time', async () => {
    for (const act of [
      (id: string, by: string) => at.users.change(id, { role: 'viewer' }, by, NOBODY),
      (id: string, by: string) => at.users.change(id, { disabled: true }, by, NOBODY),
      (id: string, by: string) => at.users.remove(id, by, NOBODY),
    ]) {
      await at.owner.query('DELETE FROM people');
      const [ada, eve] = [await at.addUser('owner'), await at.addUser('owner')];
      const both = await Promise.allSettled([act(ada.id, eve.id), act(eve.id, ada.id)]);
      expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'forbidden' },
      });
      expect(await owners()).toHaveLength(1);
    }
  });

  it('remains when two owners leave at the same moment', async () => {
    const [ada, eve] = [await at.addUser('owner'), await at.addUser('owner')];
    const both = await Promise.allSettled(
      [ada, eve].map(({ id, actor }) => at.users.change(id, { role: 'member' }, id, actor)),
    );
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await owners()).toHaveLength(1);
  });
});

describe('a person', () => {
  it('who is disabled has no session and no token that works, and has them not back', async () => {
    const [ada, eve] = [await at.addUser('owner'), await at.addUser('member')];
    const session = await at.enter(eve.email);
    const token = await at.addToken(eve.id);
    expect(await at.tokens.find(token.secret)).toMatchObject({ user: { id: eve.id } });
    await at.users.change(eve.id, { disabled: true }, ada.id, ada.actor);
    expect(await at.sessions.find(session.secret, true)).toBeNull();
    expect(await at.tokens.find(token.secret)).toBeNull();
    await at.users.change(eve.id, { disabled: false }, ada.id, ada.actor);
    expect(await at.sessions.find(session.secret, true)).toBeNull();
    expect(await at.tokens.find(token.secret)).toBeNull();
    expect(await at.actionsOn(token.id)).toEqual(['access_token.revoked']);
  });

  it('has the role of this moment in every session and token', async () => {
    const [ada, eve] = [await at.addUser('owner'), await at.addUser('member')];
    const { secret } = await at.enter(eve.email);
    await at.users.change(eve.id, { role: 'viewer' }, ada.id, ada.actor);
    expect(await at.sessions.find(secret, true)).toMatchObject({ user: { role: 'viewer' } });
  });

  it('is changed in one piece with what the audit log says', async () => {
    const [ada, eve] = [await at.addUser('owner'), await at.addUser('member')];
    await at.users.change(eve.id, { role: 'viewer' }, ada.id, ada.actor);
    await at.users.change(eve.id, { role: 'viewer' }, ada.id, ada.actor);
    await at.users.remove(eve.id, ada.id, ada.actor);
    expect(await at.actionsOn(eve.id)).toEqual(['person.changed', 'person.removed']);
    const [, changed] = await at.reader.list({}, { limit: 2, after: null });
    expect(changed).toMatchObject({
      actor: { kind: 'person', id: ada.id, email: ada.email },
      details: { role: { from: 'member', to: 'viewer' } },
    });
  });
});

describe('a session', () => {
  it.each([
    ['half an hour without a use', `last_used_at = now() - interval '31 minutes'`],
    ['half a day', `expires_at = now() - interval '1 second'`],
  ])('ends after %s', async (_, past) => {
    const { email, id } = await at.addUser();
    const { secret } = await at.enter(email);
    await at.owner.query(`UPDATE person_sessions SET ${past}`);
    expect(await at.sessions.find(secret, true)).toBeNull();
    expect(await at.sessions.list(id)).toEqual([]);
  });

  it('is kept alive by its uses, and not by looks that a page repeats by itself', async () => {
    const { email } = await at.addUser();
    const { secret } = await at.enter(email);
    await at.owner.query(`UPDATE person_sessions SET last_used_at = now() - interval '20 minutes'`);
    const idle = await at.sessions.find(secret, false);
    const used = await at.sessions.find(secret, true);
    expect(used!.idleExpiresAt.getTime() - idle!.idleExpiresAt.getTime()).toBeGreaterThan(
      19 * 60_000,
    );
    expect(used!.expiresAt.getTime() - used!.createdAt.getTime()).toBe(12 * 3_600_000);
  });

  it('and a token lie in the tables as hashes alone', async () => {
    const { email, id } = await at.addUser();
    const { secret } = await at.enter(email);
    const token = await at.database.prisma.$transaction((transaction) =>
      at.tokens.create(transaction, { userId: id, name: 't', scopes: [], expiresAt: null }),
    );
    const { rows } = await at.owner.query(
      `SELECT s::text AS row, token_hash FROM person_sessions s
       UNION ALL SELECT t::text, token_hash FROM access_tokens t`,
    );
    expect(rows).toHaveLength(2);
    const text = JSON.stringify(rows);
    expect(text).not.toContain(secret);
    expect(text).not.toContain(token.secret.slice(13, -4));
    expect(token.secret).toMatch(/^reqrun_admin_[0-9A-Za-z]{49}$/);
  });
});

describe('a token', () => {
  it('that is revoked, expired, mistyped or unknown is refused in the same way', async () => {
    const { id } = await at.addUser();
    const make = (expiresAt: Date | null) =>
      at.database.prisma.$transaction((transaction) =>
        at.tokens.create(transaction, {
          userId: id,
          name: 't',
          scopes: ['keys:read'],
          expiresAt,
        }),
      );
    const [revoked, expired, good] = [
      await make(null),
      await make(new Date(Date.now() - 1000)),
      await make(new Date(Date.now() + 60_000)),
    ];
    await at.database.prisma.$transaction((transaction) =>
      at.tokens.revoke(transaction, id, revoked.id),
    );
    const mistyped = good.secret.slice(0, -1) + (good.secret.endsWith('0') ? '1' : '0');
    for (const secret of [revoked.secret, expired.secret, mistyped, 'reqrun_admin_', '']) {
      expect(await at.tokens.find(secret)).toBeNull();
    }
    expect(await at.tokens.find(good.secret)).toMatchObject({ scopes: new Set(['keys:read']) });
    expect((await at.tokens.list(id)).find((one) => one.id === good.id)?.lastUsedAt).toBeInstanceOf(
      Date,
    );
  });

  it('cannot be revoked by another person', async () => {
    const [ada, eve] = [await at.addUser(), await at.addUser()];
    const { id, secret } = await at.database.prisma.$transaction((transaction) =>
      at.tokens.create(transaction, { userId: ada.id, name: 't', scopes: [], expiresAt: null }),
    );
    const revoked = await at.database.prisma.$transaction((transaction) =>
      at.tokens.revoke(transaction, eve.id, id),
    );
    expect(revoked).toBeNull();
    expect(await at.tokens.find(secret)).not.toBeNull();
  });
});

describe('an invitation', () => {
  const invite = async (email: string) => {
    const ada = await at.addUser('owner');
    return at.invitations.create(email, 'member', ada, ada.actor);
  };
  const taken = { name: 'Eve', password: PASSWORD };

  it('makes a person with its role, once, also for two who follow it at the same moment', async () => {
    const { token } = await invite('eve@example.com');
    const all = await Promise.allSettled(
      Array.from({ length: 3 }, () => at.invitations.accept({ token, ...taken }, HERE)),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(at.invitations.accept({ token, ...taken }, HERE)).rejects.toMatchObject({
      code: 'invitation_expired',
    });
    expect((await at.users.list()).find(({ name }) => name === 'Eve')).toMatchObject({
      email: 'eve@example.com',
      role: 'member',
    });
    await expect(at.enter('eve@example.com')).resolves.toBeDefined();
  });

  it('is not used up by a password that is too short', async () => {
    const { token } = await invite('eve@example.com');
    await expect(
      at.invitations.accept({ token, name: 'Eve', password: 'short' }, HERE),
    ).rejects.toMatchObject({ code: 'invalid_value', details: { param: 'password' } });
    await expect(at.invitations.accept({ token, ...taken }, HERE)).resolves.toBeDefined();
  });

  it('does not work when it expired, was taken back, was replaced, or never was', async () => {
    const expired = await invite('a@example.com');
    await at.owner.query('UPDATE invitations SET expires_at = now()');
    const removed = await invite('b@example.com');
    await at.invitations.remove(removed.id, NOBODY);
    const replaced = await invite('c@example.com');
    const successor = await invite('c@example.com');
    for (const token of [
      expired.token,
      removed.token,
      replaced.token,
      `${successor.token.slice(0, -1)}!`,
      '',
    ]) {
      await expect(at.invitations.accept({ token, ...taken }, HERE)).rejects.toMatchObject({
        code: 'invitation_expired',
      });
    }
    await expect(
      at.invitations.accept({ token: successor.token, ...taken }, HERE),
    ).resolves.toBeDefined();
  });

  it('is not made for somebody who is here already', async () => {
    const { email } = await at.addUser();
    await expect(invite(email)).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('lies in its table as a hash alone, and leaves an entry in the audit log', async () => {
    const { id, token } = await invite('eve@example.com');
    const { rows } = await at.owner.query('SELECT i::text AS row FROM invitations i');
    expect(JSON.stringify(rows)).not.toContain(token.slice(18));
    expect(await at.actionsOn(id)).toEqual(['invitation.created']);
  });
});

describe('the first owner', () => {
  const ensure = (email: string, password = PASSWORD) =>
    ensureFirstOwner(at.database.prisma, at, { email, password });

  it('is made once, when several starts race, and stays when the settings change', async () => {
    const all = await Promise.all(['a', 'b', 'c'].map((name) => ensure(`${name}@localhost`)));
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await ensure('later@localhost')).toBe(false);
    const [owner, ...others] = await at.users.list();
    expect(others).toEqual([]);
    expect(owner).toMatchObject({ role: 'owner' });
    await expect(at.enter(owner!.email)).resolves.toBeDefined();
    expect(await at.actionsOn(owner!.id)).toEqual(['person.created']);
  });

  it('is not made with a bad address or a short password', async () => {
    await expect(ensure('owner')).rejects.toMatchObject({ details: { param: 'email' } });
    await expect(ensure('owner@localhost', 'short')).rejects.toMatchObject({
      details: { param: 'password' },
    });
    expect(await at.users.list()).toEqual([]);
  });

  it('gets a password of more than twenty characters, another each time', () => {
    const made = Array.from({ length: 100 }, generatePassword);
    expect(new Set(made).size).toBe(100);
    expect(made.every((one) => /^[A-Za-z0-9_-]{24}$/.test(one))).toBe(true);
  });
});
