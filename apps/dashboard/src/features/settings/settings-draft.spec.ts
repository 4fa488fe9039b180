import type { Project } from '../projects/queries';
import { changesOf, draftOf, fieldOf } from './settings-draft';

const PROJECT: Project = {
  id: '5f0f9d3e-6b1f-4a57-9c5a-5a9f5b4b7a11',
  name: 'Shop',
  created_at: '2026-05-01T12:00:00.000Z',
  archived_at: null,
  settings: {
    default_wait: 'auto',
    join_sdk_retries: true,
    default_wait_timeout_ms: 30_000,
    retry: { count: 3, on_codes: [429, 500, 503], until_deadline: false },
    timeout: { call_timeout: 600_000, deadline: 86_400_000, idle: 300_000, ttft: 600_000 },
    on_lost: 'retry',
    reattach: false,
    fallbacks: [{ model: 'azure/gpt-4o', provider: null }],
    cache: null,
    call_timeout_ms: 600_000,
    deadline_ms: 86_400_000,
    idle_timeout_ms: 300_000,
    max_open_requests: null,
    max_concurrent_calls: 20,
    payload_retention_days: 30,
    record_retention_days: 90,
  },
  provider: { kind: 'simulator', base_url: null, key_last_four: null, updated_at: null },
};

describe('the settings that are sent', () => {
  it('are none where nothing was changed', () => {
    expect(changesOf(draftOf(PROJECT), PROJECT)).toEqual({});
  });

  it('are only those that were changed: the wait for a first token goes on following the call', () => {
    const draft = { ...draftOf(PROJECT), callTimeoutS: 90, firstTokenS: 600, retries: 1 };

    expect(changesOf(draft, PROJECT)).toEqual({
      settings: { retry: { count: 1 }, timeout: { call_timeout: 90_000 } },
    });
  });

  it('have fallbacks in their order, with a provider only where one was chosen', () => {
    const fallbacks = [
      { key: 'b', model: ' gpt-4o ', provider: 'backup' },
      { key: '0', model: 'azure/gpt-4o', provider: null },
    ];

    expect(changesOf({ ...draftOf(PROJECT), fallbacks }, PROJECT)).toEqual({
      settings: {
        fallbacks: [{ model: 'gpt-4o', provider: 'backup' }, { model: 'azure/gpt-4o' }],
      },
    });
    expect(changesOf({ ...draftOf(PROJECT), fallbacks: [] }, PROJECT)).toEqual({
      settings: { fallbacks: [] },
    });
  });

  it('take a bound away with null where its field was emptied', () => {
    expect(changesOf({ ...draftOf(PROJECT), maxOpen: 500, maxCalls: '' }, PROJECT)).toEqual({
      settings: { max_open_requests: 500, max_concurrent_calls: null },
    });
  });

  it('switch the cache on with its age, and off with null', () => {
    const on = { ...draftOf(PROJECT), caches: true, cacheTtlS: 60 };
    expect(changesOf(on, PROJECT)).toEqual({
      settings: { cache: { type: 'exact_match', ttl: 60 } },
    });
    const cached: Project = {
      ...PROJECT,
      settings: { ...PROJECT.settings, cache: { type: 'exact_match', ttl: 60 } },
    };
    expect(changesOf({ ...draftOf(cached), caches: false }, cached)).toEqual({
      settings: { cache: null },
    });
  });
});

describe('the field that an error is about', () => {
  it.each([
    ['name', 'name'],
    ['settings.timeout.call_timeout', 'callTimeoutS'],
    ['settings.max_open_requests', 'maxOpen'],
    ['settings.fallbacks.1.provider', 'fallbacks.1.provider'],
    ['settings.fallbacks.0.model', 'fallbacks.0.model'],
    ['settings.fallbacks', null],
    ['settings.of_a_later_version', null],
    [null, null],
  ])('%s is %s', (param, field) => {
    expect(fieldOf(param)).toBe(field);
  });
});
