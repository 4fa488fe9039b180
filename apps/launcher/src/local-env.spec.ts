import { withValues } from './local-env.js';

describe('local.env', () => {
  it('keeps lines of others, in their place', () => {
    const before = '# mine\nMY_OWN="a b"\nREQRUN_API_KEY=old\nexport REQRUN_BASE_URL=http://old\n';

    const after = withValues(before, {
      REQRUN_BASE_URL: 'http://127.0.0.1:4000',
      REQRUN_API_KEY: 'new',
      REQRUN_TEST_API_KEY: 'test',
    });

    expect(after).toBe(
      '# mine\nMY_OWN="a b"\nREQRUN_API_KEY=new\nREQRUN_BASE_URL=http://127.0.0.1:4000\nREQRUN_TEST_API_KEY=test\n',
    );
  });

  it('is the same text when nothing changed', () => {
    const text = withValues('# head\n', { REQRUN_API_KEY: 'key' });

    expect(withValues(text, { REQRUN_API_KEY: 'key' })).toBe(text);
  });

  it('keeps a key that is not given', () => {
    expect(withValues('REQRUN_API_KEY=kept\n', { REQRUN_BASE_URL: 'http://x' })).toContain(
      'REQRUN_API_KEY=kept\n',
    );
  });
});
