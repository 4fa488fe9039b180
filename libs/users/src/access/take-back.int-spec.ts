import { HERE, NOBODY, PASSWORD, UsersFixture } from '../testing/users-fixture.js';
import { resetPassword } from '../reset-password.js';
import { MOST_TOKENS } from './access-tokens.js';
import { MOST_SESSIONS } from './sessions.js';

let at: UsersFixture;

beforeEach(async () => {
  at = await UsersFixture.open();
});
afterEach(() => at.close());

const codeOf = (error: unknown): string => (error as { code: string }).code;
const isOpen = (token: string): Promise<boolean> =>
  at.invitations.accept({ token, name: 'Mallory', password: PASSWORD }, HERE).then(
    () => true,
    (error: unknown) => {
      expect(codeOf(error)).toBe('invitation_expired');
      return false;
    },
  );

describe('what was made in somebody’s name', () => {
  const makeAll = async () => {
    const [ada, eve] = [await at.addUser('owner'), await at.addUser('owner')];
    const session = await at.enter(eve.email);
    const token = await at.addToken(eve.id);
    const invitation = await at.invitations.create('mallory@example.com', 'owner', eve, eve.actor);
    const other = await at.invitations.create('another@example.com', 'member', ada, ada.actor);
    return { ada, eve, session, token, invitation, other };
  };
  type All = Awaited<ReturnType<typeof makeAll>>;

  it.each([
    ['a reset of the password', ({ eve }: All) => resetPassword(at.ownersPrisma, at, eve.email)],
    [
      'disabling and enabling',
      async ({ ada, eve }: All) => {
        await at.users.change(eve.id, { disabled: true }, ada.id, ada.actor);
        await at.users.change(eve.id, { disabled: false }, ada.id, ada.actor);
      },
    ],
    ['removing', ({ ada, eve }: All) => at.users.remove(eve.id, ada.id, ada.actor)],
  ])('does not outlive %s: sessions, tokens, open invitations', async (_, act) => {
    const all = await makeAll();
    await act(all);
    expect(await at.sessions.find(all.session.secret, true)).toBeNull();
    expect(await at.tokens.find(all.token.secret)).toBeNull();
    expect(await isOpen(all.invitation.token)).toBe(false);
    expect(await at.actionsOn(all.invitation.id)).toEqual([
      'invitation.created',
      'invitation.removed',
    ]);
    // Nobody else's.
    expect(await isOpen(all.other.token)).toBe(true);
    expect(await at.reader.verify()).toMatchObject({ ok: true });
  });

  it('is taken back from an owner who becomes a member: invitations, and nothing else', async () => {
    const { ada, eve, session, token, invitation } = await makeAll();
    await at.users.change(eve.id, { role: 'member' }, ada.id, ada.actor);
    expect(await isOpen(invitation.token)).toBe(false);
    expect(await at.sessions.find(session.secret, true)).not.toBeNull();
    expect(await at.tokens.find(token.secret)).not.toBeNull();
  });

  it('makes nobody a person once its inviter is no owner, also where it was left over', async () => {
    const { eve, invitation } = await makeAll();
    await at.owner.query(`UPDATE people SET role = 'viewer' WHERE id = $1`, [eve.id]);
    expect(await isOpen(invitation.token)).toBe(false);
    await at.owner.query(`UPDATE people SET role = 'owner', disabled_at = now() WHERE id = $1`, [
      eve.id,
    ]);
    expect(await isOpen(invitation.token)).toBe(false);
  });

  it('is all or nothing: where the log cannot be written nothing is taken away', async () => {
    const { ada, eve, token, session } = await makeAll();
    await at.owner.query('REVOKE INSERT ON audit_log FROM reqrun_admin');
    await expect(
      at.users.change(eve.id, { disabled: true }, ada.id, ada.actor),
    ).rejects.toMatchObject({ message: expect.stringContaining('audit_log') as unknown });
    await at.owner.query('GRANT INSERT ON audit_log TO reqrun_admin');
    expect(await at.tokens.find(token.secret)).not.toBeNull();
    expect(await at.sessions.find(session.secret, true)).not.toBeNull();
  });

  it('is not made any more by a call that was under way', async () => {
    const { ada, eve, session } = await makeAll();
    const making = { sessionId: session.id };
    for (let n = 0; n < 5; n += 1) {
      await Promise.allSettled([
        at.users.change(eve.id, { disabled: true }, ada.id, ada.actor),
        at.addToken(eve.id, making),
        at.invitations.create('late@example.com', 'owner', { ...eve, ...making }, eve.actor),
      ]);
      await at.users.change(eve.id, { disabled: false }, ada.id, ada.actor);
      // Whatever came first: nothing of it works.
      expect((await at.tokens.list(eve.id)).every(({ revokedAt }) => revokedAt !== null)).toBe(
        true,
      );
      expect((await at.invitations.list()).map(({ email }) => email)).toEqual([
        'another@example.com',
      ]);
    }
    // The session that asks has ended, and its user may sign in again.
    await expect(at.addToken(eve.id, making)).rejects.toMatchObject({ code: 'not_signed_in' });
    await expect(
      at.invitations.create('late@example.com', 'owner', { ...eve, ...making }, NOBODY),
    ).rejects.toMatchObject({ code: 'not_signed_in' });
  });

  it('is not made by who is no owner any more', async () => {
    const { eve } = await makeAll();
    await at.owner.query(`UPDATE people SET role = 'member' WHERE id = $1`, [eve.id]);
    await expect(
      at.invitations.create('late@example.com', 'viewer', eve, eve.actor),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('how much a person may have', () => {
  it(`is ${MOST_SESSIONS} sessions: the one unused for longest ends when another begins`, async () => {
    const [ada, eve] = [await at.addUser(), await at.addUser()];
    const others = await at.enter(eve.email);
    const all = [];
    for (let n = 0; n < MOST_SESSIONS + 2; n += 1) {
      all.push(await at.enter(ada.email));
      if (n === 3) {
        // The first is the oldest, and has been used after the second and third.
        await at.owner.query('UPDATE person_sessions SET last_used_at = now() WHERE id = $1', [
          all[0]?.id,
        ]);
      }
    }
    const alive = await Promise.all(all.map(({ secret }) => at.sessions.find(secret, true)));
    expect(alive.map((session) => session !== null)).toEqual([
      true,
      false,
      false,
      ...Array<boolean>(MOST_SESSIONS - 1).fill(true),
    ]);
    expect(await at.sessions.find(others.secret, true)).not.toBeNull();
  });

  it(`is ${MOST_TOKENS} tokens that work, also when many are asked for at once`, async () => {
    const { id } = await at.addUser();
    await at.addToken(id, { expiresAt: new Date(Date.now() - 1000) });
    const AT_ONCE = 10;
    for (let n = AT_ONCE / 2; n < MOST_TOKENS; n += 1) {
      await at.addToken(id);
    }
    const all = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => at.addToken(id)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(AT_ONCE / 2);
    await expect(at.addToken(id)).rejects.toMatchObject({
      code: 'limit_reached',
      message: expect.stringMatching(/50 access tokens.*Revoke one/) as unknown,
    });
    const [first] = await at.tokens.list(id);
    await at.database.prisma.$transaction((transaction) =>
      at.tokens.revoke(transaction, id, first?.id ?? ''),
    );
    await expect(at.addToken(id)).resolves.toBeDefined();
  });
});
