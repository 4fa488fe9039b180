import { banner, type BannerFacts, curlLine } from './banner.js';
import { homeAt } from './home.js';

const plain = { bold: (text: string) => text, dim: (text: string) => text };
const facts: BannerFacts = {
  baseUrl: 'http://127.0.0.1:4000',
  dashboardUrl: 'http://127.0.0.1:4040',
  provider: { kind: 'simulator' },
  usesRedis: false,
  usesOwnDatabase: false,
  hasKeys: true,
  hasToken: true,
  home: homeAt('/srv/reqrun'),
  tookMs: 2_345,
};

describe('the banner', () => {
  it('names the address, the provider and the folders', () => {
    const text = banner(facts, plain, '/srv').join('\n');

    expect(text).toContain('http://127.0.0.1:4000/v1');
    expect(text).toContain('http://127.0.0.1:4040');
    expect(text).toContain('the built-in simulator');
    expect(text).toContain('reqrun/local.env');
    expect(text).toContain('reqrun/logs');
  });

  it('names a real provider by its address', () => {
    const provider = { kind: 'url', baseUrl: 'https://api.openai.com/v1' } as const;

    expect(banner({ ...facts, provider }, plain).join('\n')).toContain('https://api.openai.com/v1');
  });

  it('says what a lean start leaves out', () => {
    const lean = { ...facts, dashboardUrl: null, provider: { kind: 'none' } } as const;
    const text = banner(lean, plain).join('\n');
    expect(text).toMatch(/Dashboard +none \(REQRUN_LEAN\)/);
    expect(text).toMatch(/Provider +none: requests fail until a project has one/);
  });

  it('says how long it took from the command on, in minutes where it took some', () => {
    const first = (tookMs: number) => banner({ ...facts, tookMs }, plain)[1];
    expect(first(2_345)).toBe('ReqRun is ready (2.3 s)');
    expect(first(165_400)).toBe('ReqRun is ready (2 min 45 s)');
  });

  it('tells of the command line where its token is there', () => {
    const home = homeAt('/srv/checkout/.reqrun');
    const own = banner({ ...facts, home }, plain, '/srv/checkout').join('\n');
    expect(own).toMatch(/npx --no -- reqrun keys list$/m);
    expect(banner(facts, plain, '/').join('\n')).toMatch(/reqrun keys list --home srv\/reqrun$/m);
    expect(banner({ ...facts, hasToken: false }, plain).join('\n')).not.toContain('npx');
  });

  it('quotes a folder whose name the shell would take apart', () => {
    expect(curlLine("/home/o'neil/my reqrun/local.env")).toContain(
      `. '/home/o'\\''neil/my reqrun/local.env' &&`,
    );
  });
});
