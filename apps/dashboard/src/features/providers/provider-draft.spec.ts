import { fieldsOf, keyProblem, nameProblem, newDraft, ofKind } from './provider-draft';
import type { Provider } from './queries';

const STORED: Provider = {
  object: 'provider',
  name: 'main',
  kind: 'openai',
  base_url: 'https://llm.example.com/v1',
  api_version: null,
  models: [],
  stream_usage: 'auto',
  pacing: 'auto',
  breaker: 'auto',
  key_last_four: '1111',
  is_default: true,
  created_at: '2026-05-01T12:00:00.000Z',
  updated_at: '2026-05-01T12:00:00.000Z',
};

describe('the form of a new provider', () => {
  it('begins with OpenAI, and follows the kind with its name and address', () => {
    const openai = newDraft([]);
    expect(openai).toMatchObject({ name: 'openai', baseUrl: 'https://api.openai.com/v1' });
    const azure = ofKind(openai, 'azure', []);
    expect(azure).toMatchObject({ kind: 'azure', name: 'azure', baseUrl: '' });
    expect(ofKind(azure, 'anthropic', [])).toMatchObject({
      ...{ name: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' },
    });
  });

  it('keeps a name and an address that were written, and suggests no name that is taken', () => {
    const own = { ...newDraft([]), name: 'eu', baseUrl: 'https://eu.example.com/v1' };
    expect(ofKind(own, 'azure', [])).toMatchObject({
      ...{ kind: 'azure', name: 'eu', baseUrl: 'https://eu.example.com/v1' },
    });
    expect(newDraft(['openai']).name).toBe('');
  });

  it.each([
    ['Upper', 'A letter first'],
    ['1st', 'A letter first'],
    ['', 'A letter first'],
    [`a${'b'.repeat(63)}`, 'A letter first'],
    ['sim', 'stands for ReqRun'],
    ['main', 'There is a provider'],
  ])('refuses the name %j', (name, words) => {
    expect(nameProblem(name, ['main'])).toContain(words);
  });

  it('takes a name that the API takes', () => {
    expect(nameProblem(`a${'b'.repeat(62)}`, ['main'])).toBeNull();
    expect(nameProblem('eu-west.1_b', ['main'])).toBeNull();
  });
});

describe('the key of a provider', () => {
  it('is needed for a new one, unless any server of the protocol may be it', () => {
    expect(keyProblem(null, newDraft([]))).toContain('It needs a key');
    expect(keyProblem(null, ofKind(newDraft([]), 'compatible', []))).toBeNull();
    expect(keyProblem(null, { ...newDraft([]), apiKey: 'k' })).toBeNull();
  });

  it('stays for the same server, and is needed anew for another one', () => {
    const draft = newDraft([]);
    const at = (baseUrl: string) => keyProblem(STORED, { ...draft, baseUrl });
    expect(at('https://llm.example.com/v2')).toBeNull();
    expect(at('https://llm.example.com:8443/v1')).toContain('Another server');
    expect(at('http://llm.example.com/v1')).toContain('Another server');
  });
});

it('sends a version for Azure alone, and no key where none was written', () => {
  const draft = { ...newDraft([]), apiVersion: '2024-10-21' };
  expect(fieldsOf(draft)).not.toHaveProperty('api_key');
  expect(fieldsOf(draft).api_version).toBeNull();
  expect(fieldsOf({ ...draft, kind: 'azure' }).api_version).toBe('2024-10-21');
  expect(fieldsOf({ ...draft, kind: 'azure', apiVersion: ' ' }).api_version).toBeNull();
});
