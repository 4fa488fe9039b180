import 'reflect-metadata';

import type { NamedProvider, RunSettings } from '@reqrun/projects';
import type { PolicySimulationResult, PolicySimulator } from '@reqrun/requests';
import { DEFAULT_PROJECT_POLICY, PolicySimulation } from '@reqrun/retry-policy';

import { validate } from '../http/validate.js';
import { SimulationBody } from './simulation.dto.js';
import { Simulations } from './simulations.js';

const provider = (name: string, more: Partial<NamedProvider> = {}): NamedProvider => ({
  ...{ id: `id-${name}`, name, kind: 'openai', apiVersion: null, models: [], hasKey: true },
  ...{ isDefault: false, ...more },
});
const SETTINGS: RunSettings = {
  defaultWait: 'auto',
  defaultWaitTimeoutMs: 30_000,
  joinSdkRetries: true,
  maxOpenRequests: null,
  maxConcurrentCalls: null,
  policy: DEFAULT_PROJECT_POLICY,
  providers: [provider('openai', { isDefault: true }), provider('azure', { models: ['a', 'b'] })],
};
const EMPTY: PolicySimulationResult = {
  ...new PolicySimulation({}).result(),
  ...{ requests: 0, capped: false },
};
type Run = Parameters<PolicySimulator['run']>;

/** Simulations over a simulator that answers when it is told to. */
function simulations() {
  const calls: Run[] = [];
  const ends: (() => void)[] = [];
  const subject = new Simulations(
    {
      run: (...call: Run) => {
        calls.push(call);
        return new Promise((resolve) => ends.push(() => resolve(EMPTY)));
      },
    },
    { settingsOf: () => Promise.resolve(SETTINGS) },
  );
  const run = (body: object, projectId = 'p', mode: 'live' | 'test' = 'live') =>
    subject.run({ projectId, mode }, validate(SimulationBody, body));
  return { run, calls, ends };
}

/** Returns the code, the field and the message that a body is refused with. */
async function refusal(body: object): Promise<unknown> {
  const { run, ends } = simulations();
  try {
    const result = run(body);
    await Promise.resolve().then(() => Promise.resolve());
    ends[0]?.();
    return await result;
  } catch (error) {
    const { code, param, message } = (error as { body: { error: Record<string, string> } }).body
      .error;
    return [code, param, message];
  }
}
const policy = (members: object) => ({ policy: members });
const model = (name: string, rest: object = {}) =>
  policy({ fallbacks: [{ model: name, ...rest }] });

describe('the input of a simulation', () => {
  it.each([
    [{}, 'missing_required_parameter', 'policy', 'policy is required.'],
    [{ policy: 1 }, 'invalid_value', 'policy', undefined],
    [{ policy: {}, x: 1 }, 'unsupported_parameter', 'x', 'x is not a known field.'],
    [policy({ x: 1 }), 'unsupported_parameter', 'policy.x', 'policy.x is not a known field.'],
    [policy({ retry: { count: 6 } }), 'invalid_value', 'policy.retry.count', undefined],
    [policy({ retry: { on_codes: [200] } }), 'invalid_value', 'policy.retry.on_codes', undefined],
    [
      policy({ timeout: { call_timeout: 0 } }),
      'invalid_value',
      'policy.timeout.call_timeout',
      undefined,
    ],
    [
      policy({ timeout: { idle: 5 } }),
      'unsupported_parameter',
      'policy.timeout.idle',
      'policy.timeout.idle is not a known field.',
    ],
    [
      policy({ fallbacks: 'b' }),
      'invalid_value',
      'policy.fallbacks',
      'policy.fallbacks must be an array of at most 3 objects.',
    ],
    [
      policy({ fallbacks: [{ model: 'b' }, {}] }),
      'missing_required_parameter',
      'policy.fallbacks.1.model',
      'policy.fallbacks.1.model is required.',
    ],
    [
      model('b', { params: {} }),
      'unsupported_parameter',
      'policy.fallbacks.0.params',
      'policy.fallbacks.0.params is not a known field.',
    ],
    [
      model('b', { provider: 'nobody' }),
      'invalid_value',
      'policy.fallbacks.0.provider',
      'policy.fallbacks.0.provider is not the name of a provider of this project.',
    ],
    [
      model('azure/'),
      'invalid_value',
      'policy.fallbacks.0.model',
      'policy.fallbacks.0.model names a provider but no model.',
    ],
    [
      model('azure/c'),
      'invalid_value',
      'policy.fallbacks.0.model',
      'policy.fallbacks.0.model is not one of the models that its provider may be called with.',
    ],
    [
      policy({ fallbacks: [{ model: 'azure/a' }, { model: 'a', provider: 'azure' }] }),
      'invalid_value',
      'policy.fallbacks.1',
      'policy.fallbacks.1 is the same as an earlier model.',
    ],
    [{ ...policy({}), mode: 'both' }, 'invalid_value', 'mode', undefined],
    [
      { ...policy({}), from: 'yesterday' },
      'invalid_value',
      'from',
      'from must be an ISO 8601 time or Unix seconds.',
    ],
    [
      { ...policy({}), from: '2026-01-02', to: '2026-01-02' },
      'invalid_value',
      'from',
      'from must lie before to, at most 31 days.',
    ],
    [
      { ...policy({}), from: '2026-01-01', to: '2026-02-02' },
      'invalid_value',
      'from',
      'from must lie before to, at most 31 days.',
    ],
  ])('%j is refused: %s at %s', async (body, code, param, message) => {
    expect(await refusal(body)).toEqual([code, param, message ?? expect.any(String)]);
  });

  it('leaves out what is left out, and resolves names as a request does', async () => {
    const { run, calls, ends } = simulations();
    const body = {
      ...{ from: '2026-01-01', to: '2026-02-01', model: 'gpt' },
      policy: {
        ...{ retry: { on_codes: [429] }, timeout: { deadline: 9 } },
        fallbacks: [{ model: 'azure/a' }, { model: 'meta/llama' }],
      },
    };
    const result = run(body);
    await new Promise(setImmediate);
    ends[0]?.();
    expect(await result).toMatchObject({
      ...{ object: 'policy.simulation', mode: 'live', sampled: 0, requests: 0, capped: false },
      ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
    });
    expect(calls[0]?.slice(0, 2)).toEqual([
      {
        ...{ tenant: { projectId: 'p', mode: 'live' }, model: 'gpt' },
        ...{ from: new Date('2026-01-01'), to: new Date('2026-02-01') },
      },
      {
        ...{ retry: { onCodes: [429] }, deadlineMs: 9 },
        fallbacks: [
          { model: 'a', provider: 'azure' },
          { model: 'meta/llama', provider: 'openai' },
        ],
      },
    ]);
  });

  it('means the last day, and the simulator in test mode, where it says nothing', async () => {
    const { run, calls } = simulations();
    void run(model('azure/x'), 'p', 'test');
    await new Promise(setImmediate);
    const [range, change] = calls[0]!;
    expect(range.to.getTime() - range.from.getTime()).toBe(86_400_000);
    expect(range).not.toHaveProperty('model');
    expect(change).toEqual({ fallbacks: [{ model: 'x', provider: null }] });
  });
});

describe('simulations at the same time', () => {
  it('are one of a project, and two of a process; the others may come back', async () => {
    const { run, calls, ends } = simulations();
    const refused = (projectId: string) =>
      expect(run(policy({}), projectId)).rejects.toMatchObject({
        ...{ code: 'too_many_simulations', status: 429, headers: { 'retry-after': '2' } },
      });
    const first = run(policy({}), 'a');
    await new Promise(setImmediate);
    await refused('a');
    void run(policy({}), 'b');
    await new Promise(setImmediate);
    await refused('c');
    ends[0]?.();
    await first;
    void run(policy({}), 'c');
    await new Promise(setImmediate);
    expect(calls).toHaveLength(3);
  });

  it('leave their place to the next one also when they fail', async () => {
    const subject = new Simulations(
      { run: () => Promise.reject(new Error('the database is away')) },
      { settingsOf: () => Promise.resolve(SETTINGS) },
    );
    const run = () =>
      subject.run({ projectId: 'p', mode: 'live' }, validate(SimulationBody, policy({})));
    await expect(run()).rejects.toThrow('the database is away');
    await expect(run()).rejects.toThrow('the database is away');
  });
});
