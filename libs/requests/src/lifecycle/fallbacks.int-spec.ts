import { failure, fallbackTo, RequestsFixture, retryIn, success } from '../testing/index.js';
import { retryRequest } from './control.js';

const entry = (name: string, provider: string, model = name) => ({
  ...{ name, model, provider, providerId: null },
});
const PLAN = [entry('azure/a', 'azure', 'a'), entry('b', 'openai'), entry('c', 'openai')];
const PLANNED = { model: 'azure/a', policy: { plan: PLAN } };

let f: RequestsFixture;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
});

const record = async (id: string) => (await f.reader.getRecord(f.tenant, id))?.record;
const attempts = async (id: string) => (await f.reader.attempts(f.tenant, id)) ?? [];
/** The models that were called, with what each call was followed by. */
const course = async (id: string) =>
  (await attempts(id)).map(({ model, outcome, decision }) => [model, outcome, decision?.action]);

describe('a request with a plan', () => {
  it('is accepted with the model that its first provider is asked for', async () => {
    const id = await f.accept(PLANNED);
    expect(await record(id)).toMatchObject({
      ...{ model: 'a', requested_model: 'azure/a', provider: null },
      policy: {
        fallbacks: [
          { model: 'b', provider: 'openai' },
          { model: 'c', provider: 'openai' },
        ],
      },
    });
    expect(await f.claimOne(id)).toMatchObject({ model: 'a', planAt: 0, policy: { plan: PLAN } });
  });

  it('moves on in the commit that ends the attempt, with fresh counts and no wait', async () => {
    const id = await f.accept(PLANNED);
    await f.finisher.finish(retryIn(await f.claimOne(id), 0));
    const second = await f.claimOne(id);
    expect(second.retriesUsed).toBe(1);
    await f.finisher.finish(fallbackTo(second, 'b', 1));
    expect(await record(id)).toMatchObject({ status: 'retrying', model: 'b', provider: 'azure' });
    expect(await f.claimOne(id)).toMatchObject({ model: 'b', planAt: 1, retriesUsed: 0 });
    expect(await attempts(id)).toMatchObject([
      { model: 'a', because: 'first', provider: 'openai' },
      { model: 'a', because: 'retry', provider: 'azure' },
      { model: 'b', because: 'fallback', provider: null, outcome: 'running' },
    ]);
  });

  it('tells which model answered, and what failed before it when all have failed', async () => {
    const answered = await f.accept(PLANNED);
    await f.finisher.finish(fallbackTo(await f.claimOne(answered), 'b', 1));
    await f.finisher.finish(success(await f.claimOne(answered)));
    const outcome = await f.reader.get(f.tenant, answered);
    expect(outcome?.answeredBy).toEqual({ model: 'b', provider: 'openai', fallback: 1 });
    expect(outcome?.record.error).toBeNull();

    const failed = await f.accept(PLANNED);
    await f.finisher.finish(fallbackTo(await f.claimOne(failed), 'b', 1));
    await f.finisher.finish(fallbackTo(await f.claimOne(failed), 'c', 2));
    await f.finisher.finish(failure(await f.claimOne(failed)));
    expect((await record(failed))?.error).toEqual({
      code: 'unsupported_value',
      type: 'invalid_request_error',
      message:
        'The provider refused the request: unsupported_value (HTTP 400). ' +
        'Failed before it: a at azure (openai_http_503), b at openai (openai_http_503).',
      http_status: 400,
    });
  });

  it('begins a new round with its first model', async () => {
    const id = await f.accept(PLANNED);
    await f.finisher.finish(fallbackTo(await f.claimOne(id), 'b', 1));
    await f.finisher.finish(failure(await f.claimOne(id)));
    expect(await retryRequest(f.pool, f.tenant, id)).toBe(true);
    expect(await f.claimOne(id)).toMatchObject({ model: 'a', planAt: 0, retriesUsed: 0, round: 2 });
    expect((await attempts(id)).map(({ because }) => because)).toEqual([
      ...['first', 'fallback', 'again'],
    ]);
  });

  it('whose deadline passes meanwhile fails, and stays where it is', async () => {
    const id = await f.accept(PLANNED);
    const claim = await f.claimOne(id);
    await f.passDeadline(id);
    await f.finisher.finish(fallbackTo(claim, 'b', 1));
    expect(await record(id)).toMatchObject({
      ...{ status: 'failed', model: 'a', error: { code: 'deadline_exceeded' } },
    });
    expect((await f.row(id)).plan_at).toBe(0);
  });

  it('counts failures that time does not mend for each model alone', async () => {
    const policy = { plan: PLAN, untilDeadline: true };
    const id = await f.accept({ ...PLANNED, policy });
    await f.finisher.finish({ ...retryIn(await f.claimOne(id), 0), httpStatus: 200 });
    await f.finisher.finish({ ...fallbackTo(await f.claimOne(id), 'b', 1), httpStatus: 200 });
    await f.finisher.finish({ ...retryIn(await f.claimOne(id), 0), httpStatus: 503 });
    const fourth = await f.claimOne(id);
    expect(fourth).toMatchObject({ retriesUsed: 1, boundedFailures: 0 });
    await f.finisher.finish({ ...retryIn(fourth, 0), httpStatus: 200 });
    expect((await f.claimOne(id)).boundedFailures).toBe(1);
  });

  it('keeps the parameters of its fallbacks sealed, beside the body', async () => {
    const params = { system: 'a secret of the caller' };
    const request = f.newRequest({ ...PLANNED, fallbackParams: [null, params, null] });
    await f.acceptor.accept(request);
    const rows = await f.sql('SELECT r::text AS row FROM requests r');
    expect(JSON.stringify(rows)).not.toContain('a secret of the caller');
    const { ciphertext } = await f.claimOne(request.id);
    expect(ciphertext?.includes('a secret of the caller')).toBe(false);
    const opened = await f.keys.open(f.projectId, request.id, 'payload', ciphertext ?? Buffer.of());
    expect(opened.includes('a secret of the caller')).toBe(true);
  });
});

describe('a worker that dies between the last attempt of a model and the first of the next', () => {
  it('before its commit: the model is called again, and none is skipped', async () => {
    const id = await f.accept(PLANNED);
    const dead = await f.claimOne(id);
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    const next = await f.claimOne(id);
    expect(next).toMatchObject({ model: 'a', planAt: 0, callNumber: dead.callNumber });
    // It was only paused, and commits late.
    expect(await f.finisher.finish(fallbackTo(dead, 'b', 1))).toEqual({ kind: 'fenced' });
    await f.finisher.finish(fallbackTo(next, 'b', 1));
    expect(await f.claimOne(id)).toMatchObject({ model: 'b', planAt: 1 });
    expect(await course(id)).toEqual([
      ['a', 'lost', 'retry'],
      ['a', 'failed', 'fallback'],
      ['b', 'running', undefined],
    ]);
  });

  it('after its commit, whose answer was lost: a second commit of the same end moves no further', async () => {
    const id = await f.accept(PLANNED);
    const claim = await f.claimOne(id);
    await f.finisher.finish(fallbackTo(claim, 'b', 1));
    expect(await f.finisher.finish(fallbackTo(claim, 'b', 1))).toMatchObject({
      ...{ kind: 'committed', status: 'retrying' },
    });
    expect(await f.claimOne(id)).toMatchObject({ model: 'b', planAt: 1 });
    expect(await f.finisher.finish(fallbackTo(claim, 'b', 1))).toMatchObject({ kind: 'committed' });
    expect((await f.row(id)).plan_at).toBe(1);
  });

  it('after the claim of the next: that model is called again under its own number', async () => {
    const id = await f.accept(PLANNED);
    await f.finisher.finish(fallbackTo(await f.claimOne(id), 'b', 1));
    const dead = await f.claimOne(id);
    expect(dead.callNumber).toBe(2);
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    expect(await f.claimOne(id)).toMatchObject({ model: 'b', planAt: 1, callNumber: 2 });
    expect((await attempts(id)).map(({ because }) => because)).toEqual([
      ...['first', 'fallback', 'lost'],
    ]);
  });

  it('a fallback ends the repetition of a lost call: its own call has a new number', async () => {
    const id = await f.accept(PLANNED);
    await f.claimOne(id);
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    const repeated = await f.claimOne(id);
    expect(repeated.callNumber).toBe(1);
    await f.finisher.finish(fallbackTo(repeated, 'b', 1));
    expect((await f.claimOne(id)).callNumber).toBe(3);
  });

  it('where a lost call must not be repeated: the request ends, and no model follows', async () => {
    const id = await f.accept({ ...PLANNED, policy: { plan: PLAN, onLost: 'fail' } });
    await f.claimOne(id);
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    expect(await record(id)).toMatchObject({
      ...{ status: 'failed', model: 'a', error: { code: 'outcome_unknown' } },
    });
  });
});

describe('a request without a plan', () => {
  it('carries nothing of it', async () => {
    const id = await f.accept();
    const [row] = await f.sql(
      'SELECT policy, plan_at, provider, model, requested_model FROM requests',
    );
    expect(row).toMatchObject({
      ...{ plan_at: 0, provider: null, model: 'gpt-4o-mini', requested_model: 'gpt-4o-mini' },
    });
    expect(row?.['policy']).not.toHaveProperty('plan');
    expect(await f.claimOne(id)).toMatchObject({ model: 'gpt-4o-mini', planAt: 0 });
  });
});
