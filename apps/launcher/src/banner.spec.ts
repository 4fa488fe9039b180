import { banner, type BannerFacts, curlLine } from './banner.js';
import { homeAt } from './home.js';

const plain = { bold: (text: string) => text, dim: (text: string) => text };
const facts: BannerFacts = {
  baseUrl: 'http://127.0.0.1:4000',
  dashboardUrl: 'http://127.0.0.1:3000',
  provider: { kind: 'simulator' },
  usesRedis: false,
  usesOwnDatabase: false,
  hasKeys: true,
  home: homeAt('/srv/reqrun'),
  tookMs: 2_345,
};

describe('the banner', () => {
  it('names the address, the provider and the folders', () => {
    const text = banner(facts, plain, '/srv').join('\n');

    expect(text).toContain('http://127.0.0.1:4000/v1');
    expect(text).toContain('http://127.0.0.1:3000');
    expect(text).toContain('the built-in simulator');
    expect(text).toContain('reqrun/local.env');
    expect(text).toContain('reqrun/logs');
  });

  it('names a real provider by its address', () => {
    const provider = { kind: 'url', baseUrl: 'https://api.openai.com/v1' } as const;

    expect(banner({ ...facts, provider }, plain).join('\n')).toContain('https://api.openai.com/v1');
  });

  it('quotes a folder whose name the shell would take apart', () => {
    expect(curlLine("/home/o'neil/my reqrun/local.env")).toContain(
      `. '/home/o'\\''neil/my reqrun/local.env' &&`,
    );
  });
});
