import { assertAllowedBaseUrl, BaseUrlError, joinUrl } from './base-url.js';

function problemOf(url: string, allowInsecure = false): string | null {
  try {
    assertAllowedBaseUrl(url, { allowInsecure });
    return null;
  } catch (error) {
    return error instanceof BaseUrlError ? error.code : 'unexpected';
  }
}

describe('a base URL', () => {
  it.each([
    'https://api.openai.com/v1',
    'https://10.0.0.1:8443/v1/',
    'http://127.0.0.1:9/v1',
    'http://127.8.9.10/v1',
    'http://[::1]:8080/v1',
    'http://localhost:4010',
    'http://LOCALHOST/v1',
  ])('%s is allowed', (url) => {
    expect(problemOf(url)).toBeNull();
  });

  it.each([
    ['api.openai.com/v1', 'not_a_url'],
    ['', 'not_a_url'],
    ['ftp://host/v1', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['http://api.openai.com/v1', 'insecure'],
    ['http://127.0.0.1.example.com/v1', 'insecure'],
    ['http://localhost.example.com/v1', 'insecure'],
    ['http://169.254.169.254/v1', 'insecure'],
    ['http://0.0.0.0/v1', 'insecure'],
    ['https://user:pw@host/v1', 'credentials'],
    ['http://127.0.0.1@example.com/v1', 'credentials'],
    ['https://host/v1?key=1', 'query'],
    ['https://host/v1?', 'query'],
    ['https://host/v1#part', 'query'],
    ['https://169.254.169.254/v1', 'link_local'],
    ['https://0xa9fea9fe/v1', 'link_local'],
    ['https://[fe80::1]/v1', 'link_local'],
    ['https://[::ffff:169.254.169.254]/v1', 'link_local'],
    ['https://0/v1', 'link_local'],
    ['https://[::]/v1', 'link_local'],
    ['https://168.63.129.16/v1', 'link_local'],
    ['https://100.100.100.200/v1', 'link_local'],
    ['https://[fd00:ec2::254]/v1', 'link_local'],
    ['https://[64:ff9b::a9fe:a9fe]/v1', 'link_local'],
    ['https://[64:ff9b::100.100.100.200]/v1', 'link_local'],
  ])('%s is refused as %s', (url, problem) => {
    expect(problemOf(url)).toBe(problem);
  });

  it('may be plain http anywhere only where that is allowed', () => {
    expect(problemOf('http://10.0.0.1/v1', true)).toBeNull();
    expect(problemOf('http://user@10.0.0.1/v1', true)).toBe('credentials');
  });

  it.each([
    ['https://api.openai.com/v1', null],
    ['https://API.openai.com/v1', null],
    ['https://eu.llm.example.com/v1', null],
    ['https://example.com/v1', 'host'],
    ['https://evilllm.example.com/v1', 'host'],
    ['https://api.openai.com.evil.example/v1', 'host'],
    ['https://10.0.0.1/v1', 'host'],
  ])('%s, where hosts are named: %s', (url, problem) => {
    const check = () =>
      assertAllowedBaseUrl(url, { hosts: ['api.openai.com', '*.LLM.example.com'] });
    if (problem === null) {
      expect(check().protocol).toBe('https:');
    } else {
      expect(check).toThrow(expect.objectContaining({ code: problem }) as Error);
    }
  });

  it('is never quoted by the error, for it may hold a secret', () => {
    const check = () => assertAllowedBaseUrl('https://user:hunter2@host/v1');
    expect(check).toThrow(BaseUrlError);
    expect(check).not.toThrow(/hunter2|host/);
  });
});

describe('joinUrl', () => {
  it.each([
    ['https://h/v1', '/models'],
    ['https://h/v1/', '/models'],
    ['https://h/v1//', 'models'],
  ])('puts one slash between %s and %s', (base, path) => {
    expect(joinUrl(base, path)).toBe('https://h/v1/models');
  });

  it('keeps the host whatever the path says', () => {
    expect(new URL(joinUrl('https://h', '@evil.example/x')).host).toBe('h');
    expect(new URL(joinUrl('https://h', '//evil.example/x')).host).toBe('h');
  });
});
