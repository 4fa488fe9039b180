import { UsersFixture } from '../testing/users-fixture.js';

describe('work on passwords', () => {
  let at: UsersFixture;
  beforeAll(async () => {
    at = await UsersFixture.open();
    await at.passwords.prepare();
  });
  afterAll(() => at.close());

  it('of who is known comes first, and is taken where strangers’ is not', async () => {
    const ended: string[] = [];
    const check = (name: string, first = false): Promise<void> =>
      at.passwords.isRight(null, 'a password', { first }).then(
        () => void ended.push(name),
        (error: unknown) => void ended.push(`${name}: ${(error as { code: string }).code}`),
      );
    // Two at once, and fifty that wait.
    const strangers = Array.from({ length: 52 }, (_, n) => check(`stranger ${n}`));
    const hashed = at.passwords.hash('a password', { first: true });
    await Promise.all([check('one too many'), check('known', true), hashed]);
    expect(ended).toContain('one too many: overloaded');
    expect(ended).toContain('known');
    expect(ended.length).toBeLessThan(10);
    await Promise.all(strangers);
    expect(ended).toHaveLength(54);
  });
});
