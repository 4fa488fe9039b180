import { isOwnAddress } from './own-address.js';

const own = { publicUrl: 'https://llm.example.com/', host: '192.168.0.7', port: () => 4000 };

describe('a base URL that is this API itself', () => {
  it.each([
    'https://llm.example.com/v1',
    'https://LLM.example.com:443/other',
    'http://127.0.0.1:4000/v1',
    'http://127.9.9.9:4000/v1',
    'http://localhost:4000/v1',
    'http://localhost.:4000/v1',
    'http://api.localhost:4000/v1',
    'http://[::1]:4000/v1',
    'http://[::ffff:127.0.0.1]:4000/v1',
    'http://0x7f.1:4000/v1',
    'http://192.168.0.7:4000/v1',
  ])('is seen in %s', (url) => {
    expect(isOwnAddress(new URL(url), own)).toBe(true);
  });

  it.each([
    'https://api.openai.com/v1',
    'http://llm.example.com/v1',
    'https://llm.example.com:8443/v1',
    'http://127.0.0.1:4001/v1',
    'http://127.0.0.1/v1',
    'http://192.168.0.8:4000/v1',
  ])('is not seen in %s', (url) => {
    expect(isOwnAddress(new URL(url), own)).toBe(false);
  });

  it('is known by its port alone where no public address is set', () => {
    const local = { publicUrl: undefined, host: '127.0.0.1', port: () => 80 };
    expect(isOwnAddress(new URL('http://localhost/v1'), local)).toBe(true);
    expect(isOwnAddress(new URL('http://localhost:4000/v1'), local)).toBe(false);
  });
});
