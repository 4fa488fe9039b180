import type { UserError } from '../user-error.js';
import { resetPassword } from '../reset-password.js';
import { HERE, NOBODY, PASSWORD, UsersFixture } from '../testing/users-fixture.js';

let at: UsersFixture;

beforeAll(async () => {
  at = await UsersFixture.open();
});
afterAll(() => at.close());
// Attempts of one test must not slow down the next.
beforeEach(() => at.owner.query('TRUNCATE sign_in_throttles'));

/** A place of its own for each number. */
const elsewhere = (n: number): typeof HERE => {
  const address = `198.51.${n}.7`;
  return { ...HERE, address, network: address };
};

const rowOf = (id: string) =>
  at.database.prisma.user.findUniqueOrThrow({ where: { id }, omit: { passwordHash: false } });

describe('while somebody guesses from ever new addresses', () => {
  /** So many wrong passwords, each from a network of its own. */
  async function guess(count: number, email: string): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await expect(at.enter(email, { password: 'wrong', from: elsewhere(n) })).rejects.toThrow();
    }
  }

  it('the right password gets in: from a network that has not guessed, and from a known device', async () => {
    const { email } = await at.addUser();
    const { device } = await at.enter(email);
    await guess(14, email);
    await expect(at.enter(email)).resolves.toBeDefined();
    await guess(12, email);
    // Not even the guesser's own network keeps a known device out.
    for (let n = 0; n < 8; n += 1) {
      await at.enter(email, { password: 'wrong' }).catch(() => undefined);
    }
    await expect(at.enter(email)).rejects.toMatchObject({ code: 'too_many_attempts' });
    await expect(at.enter(email, { device })).resolves.toBeDefined();
  });

  it('a known device is not a way to guess: it has five failures of its own', async () => {
    const { email } = await at.addUser();
    const { device } = await at.enter(email);
    for (let n = 0; n < 6; n += 1) {
      await expect(at.enter(email, { device, password: 'wrong' })).rejects.toMatchObject({
        code: 'invalid_credentials',
      });
    }
    await expect(at.enter(email, { device })).rejects.toMatchObject({ code: 'too_many_attempts' });
    at.passTime(2000);
    await expect(at.enter(email, { device })).resolves.toBeDefined();
  });

  it('the unknown account is told the same as the known one, try by try', async () => {
    const { email } = await at.addUser();
    const { device } = await at.enter(email);
    const told = async (account: string) => {
      const answers: unknown[] = [];
      for (let n = 0; n < 9; n += 1) {
        const shown = { password: 'wrong', device: `${device}x`, from: HERE };
        answers.push(
          await at.enter(account, shown).catch((error: unknown) => {
            const { code, details } = error as UserError;
            return [code, details];
          }),
        );
      }
      await at.owner.query('TRUNCATE sign_in_throttles');
      return answers;
    };
    const known = await told(email);
    expect(known).toContainEqual(['too_many_attempts', { retryAfterSeconds: 2 }]);
    expect(await told('nobody@example.com')).toEqual(known);
  });
});

describe('a device', () => {
  const isKnown = async (device: string, email: string, password = PASSWORD): Promise<boolean> => {
    await at.owner.query('TRUNCATE sign_in_throttles');
    for (let n = 0; n < 7; n += 1) {
      await at.enter(email, { password: 'wrong' }).catch(() => undefined);
    }
    return at.enter(email, { device, password }).then(
      () => true,
      () => false,
    );
  };

  it('is known for its own person alone, and by no cookie that was changed', async () => {
    const [ada, eve] = [await at.addUser(), await at.addUser()];
    const { device } = await at.enter(ada.email);
    expect(await isKnown(device, ada.email)).toBe(true);
    expect(await isKnown(device, eve.email)).toBe(false);
    const [issued = '', nonce = '', signature = ''] = device.split('.');
    const later = (Number.parseInt(issued, 36) + 1).toString(36);
    for (const changed of [
      `${later}.${nonce}.${signature}`,
      `${issued}.${nonce.slice(1)}A.${signature}`,
      `${issued}.${nonce}.${signature.slice(1)}A`,
      `${issued}.${nonce}.`,
      '',
    ]) {
      expect([changed, await isKnown(changed, ada.email)]).toEqual([changed, false]);
    }
  });

  it('is forgotten after half a year', async () => {
    const { email } = await at.addUser();
    const { device } = await at.enter(email);
    at.passTime(179 * 86_400_000);
    expect(await isKnown(device, email)).toBe(true);
    at.passTime(2 * 86_400_000);
    expect(await isKnown(device, email)).toBe(false);
  });

  it('of whoever knew the old password is known no more after a change, a reset, a second factor', async () => {
    const user = await at.addUser();
    const before = await at.enter(user.email);
    const next = 'another long password';
    const wish = { current: PASSWORD, next, revokeTokens: false };
    const who = { userId: user.id, sessionId: before.id };
    const after = await at.account.changePassword(who, wish, HERE, NOBODY);
    expect(await isKnown(before.device, user.email, next)).toBe(false);
    // The browser in which it was changed stays known.
    expect(await isKnown(after.device ?? '', user.email, next)).toBe(true);
    const password = await resetPassword(at.ownersPrisma, at, user.email);
    expect(await isKnown(after.device ?? '', user.email, password ?? '')).toBe(false);
    const { device } = await at.enter(user.email, {
      password: password ?? '',
      from: elsewhere(0),
    });
    const { secret } = await at.account.beginTotp(user);
    await at.account.confirmTotp(user.id, at.codeOf(secret), HERE, NOBODY);
    expect(at.devices.find(device, await rowOf(user.id))).toBeNull();
    at.now += 30_000;
  });
});
