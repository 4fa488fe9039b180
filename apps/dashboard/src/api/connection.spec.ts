import { Connection } from './connection';

const call = (init: RequestInit = {}): Request => new Request('http://dashboard.test/admin', init);

/** A connection whose answers and clock are given. */
function connection() {
  const answers: (number | Error)[] = [];
  let now = 1_000;
  const subject = new Connection(
    () => {
      const answer = answers.shift() ?? 200;
      return typeof answer === 'number'
        ? Promise.resolve(new Response(null, { status: answer }))
        : Promise.reject(answer);
    },
    () => (now += 1_000),
  );
  return { subject, answers };
}

describe('the connection to the API', () => {
  it('fails since the first of the calls in a row that got no answer, and recovers with one', async () => {
    const { subject, answers } = connection();
    await subject.fetch(call());
    expect(subject.current()).toEqual({ answeredAt: 2_000, failingSince: null });

    answers.push(502, new TypeError('Failed to fetch'));
    await subject.fetch(call());
    await expect(subject.fetch(call())).rejects.toThrow(TypeError);
    expect(subject.current()).toEqual({ answeredAt: 2_000, failingSince: 3_000 });

    await subject.fetch(call());
    expect(subject.current()).toMatchObject({ failingSince: null });
  });

  it('takes a refusal for an answer', async () => {
    const { subject, answers } = connection();
    answers.push(401, 500);
    await subject.fetch(call());
    await subject.fetch(call());

    expect(subject.current()).toMatchObject({ failingSince: null });
  });

  it('says nothing of a call that the page itself gave up', async () => {
    const { subject, answers } = connection();
    answers.push(new DOMException('', 'AbortError'));
    await expect(subject.fetch(call({ signal: AbortSignal.abort() }))).rejects.toThrow(
      DOMException,
    );

    expect(subject.current()).toEqual({ answeredAt: null, failingSince: null });
  });

  it('tells listeners of a change until they leave', async () => {
    const { subject, answers } = connection();
    let calls = 0;
    const leave = subject.subscribe(() => (calls += 1));
    answers.push(504);
    await subject.fetch(call());
    leave();
    await subject.fetch(call());

    expect(calls).toBe(1);
  });
});
