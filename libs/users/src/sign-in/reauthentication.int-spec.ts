import { HERE, NOBODY, PASSWORD, UsersFixture } from '../testing/users-fixture.js';
import type { SignedInPerson } from './reauthentication.js';

let at: UsersFixture;

beforeAll(async () => {
  at = await UsersFixture.open();
});
afterAll(() => at.close());
// Attempts of one test must not slow down the next.
beforeEach(() => at.owner.query('TRUNCATE sign_in_throttles'));

describe('a proof within a session', () => {
  const isFresh = async (secret: string): Promise<boolean | undefined> =>
    (await at.sessions.find(secret, true))?.provedRecently;
  /** The answer to a code that is wrong. */
  const guessCode = (who: SignedInPerson, code: string): Promise<string> =>
    at.reauthentication.confirm(who, { password: null, code }, NOBODY).then(
      () => 'confirmed',
      (error: unknown) => (error as { code: string }).code,
    );
  const growOld = () =>
    at.owner.query(`UPDATE person_sessions SET authenticated_at = now() - interval '11 minutes'`);

  it('is the password where there is no second factor, lasts ten minutes, and is written down', async () => {
    const user = await at.addUser();
    const session = await at.enter(user.email);
    const who = { userId: user.id, sessionId: session.id };
    expect(await isFresh(session.secret)).toBe(true);
    await growOld();
    expect(await isFresh(session.secret)).toBe(false);
    const confirm = (password: string | null, code: string | null = null) =>
      at.reauthentication.confirm(who, { password, code }, NOBODY);
    await expect(confirm('wrong')).rejects.toMatchObject({
      code: 'invalid_value',
      details: { param: 'password' },
    });
    await expect(confirm(null, '123456')).rejects.toMatchObject({
      code: 'missing_required_parameter',
      details: { param: 'password' },
    });
    expect(await isFresh(session.secret)).toBe(false);
    await confirm(PASSWORD);
    expect(await isFresh(session.secret)).toBe(true);
    expect(await at.actionsOn(session.id)).toEqual(['session.created', 'session.confirmed']);
  });

  it('is a code where there is a second factor, each once, and the password is none', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    const session = await at.enter(user.email, { totpCode: at.codeOf(secret) });
    const who = { userId: user.id, sessionId: session.id };
    await growOld();
    const confirm = (password: string | null, code: string | null) =>
      at.reauthentication.confirm(who, { password, code }, NOBODY);
    await expect(confirm(PASSWORD, null)).rejects.toMatchObject({
      code: 'missing_required_parameter',
      details: { param: 'code' },
    });
    const wrong = { code: 'invalid_value', details: { param: 'code' } };
    // The code that let the user in has been used.
    await expect(confirm(null, at.codeOf(secret))).rejects.toMatchObject(wrong);
    at.now += 30_000;
    const both = await Promise.allSettled([
      confirm(null, at.codeOf(secret)),
      confirm(null, at.codeOf(secret)),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await isFresh(session.secret)).toBe(true);
    at.now += 30_000;
  });

  it('is guessed at slowly, and used codes do not begin the count anew', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    const used = at.codeOf(secret);
    const session = await at.enter(user.email, { totpCode: used });
    const who = { userId: user.id, sessionId: session.id };
    const came = new Set<string>();
    for (let n = 0; n < 21; n += 1) {
      came.add(await guessCode(who, n % 2 === 0 ? used : ''));
    }
    expect([...came]).toEqual(['invalid_value']);
    expect(await guessCode(who, used)).toBe('too_many_attempts');
    at.now += 30_000;
  });

  it('is guessed at no faster by who knows the password and changes it in between', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    const { id } = await at.enter(user.email, { totpCode: at.codeOf(secret) });
    const came: string[] = [];
    let [sessionId, current, next] = [id, PASSWORD, 'another long password'];
    while (came.length < 24) {
      const who = { userId: user.id, sessionId };
      for (let n = 0; n < 4; n += 1) {
        came.push(await guessCode(who, ''));
      }
      const wish = { current, next, revokeTokens: false };
      // A right password, also with a new one that is not taken, begins no count anew.
      const refused = at.account.changePassword(who, { ...wish, next: 'short' }, HERE, NOBODY);
      await expect(refused).rejects.toMatchObject({ details: { param: 'new_password' } });
      const session = await at.account.changePassword(who, wish, HERE, NOBODY);
      // Nor is it a known device, whose codes would be counted by themselves.
      expect(session.device).toBeNull();
      [sessionId, current, next] = [session.id, next, current];
    }
    expect(came.filter((code) => code === 'invalid_value')).toHaveLength(21);
    expect(came.at(-1)).toBe('too_many_attempts');
    at.now += 30_000;
  });

  it('is not had by a change of password beside a second factor', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    const { id } = await at.enter(user.email, { totpCode: at.codeOf(secret) });
    await growOld();
    const who = { userId: user.id, sessionId: id };
    const wish = { current: PASSWORD, next: 'another long password', revokeTokens: false };
    const session = await at.account.changePassword(who, wish, HERE, NOBODY);
    expect(await isFresh(session.secret)).toBe(false);
    at.now += 30_000;
  });
});
