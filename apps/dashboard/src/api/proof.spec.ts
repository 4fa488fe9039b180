import { ProofGate } from './proof';

const CALL = 'http://localhost/admin/me/tokens';
const post = (body: string): Request => new Request(CALL, { method: 'POST', body });
const refusal = (code: string): Response =>
  Response.json(
    { error: { message: code, type: 'permission_error', param: null, code } },
    {
      status: 403,
    },
  );

/** A fake API that refuses calls until the user has authenticated again. It records the calls. */
class Api {
  proved = false;
  readonly sent: string[] = [];

  constructor(private readonly code = 'reauthentication_required') {}

  readonly send = async (request: Request): Promise<Response> => {
    this.sent.push(await request.text());
    return this.proved ? new Response('made') : refusal(this.code);
  };
}

describe('a call that takes a proof', () => {
  it('is sent again with the same body once the proof is given', async () => {
    const api = new Api();
    const gate = new ProofGate(api.send);
    gate.askWith(() => {
      api.proved = true;
      return Promise.resolve(true);
    });
    const answer = await gate.fetch(post('{"name":"t"}'));
    expect(await answer.text()).toBe('made');
    expect(api.sent).toEqual(['{"name":"t"}', '{"name":"t"}']);
  });

  it('is refused as it was when no proof is given, or nobody can ask', async () => {
    const api = new Api();
    const gate = new ProofGate(api.send);
    expect((await gate.fetch(post('a'))).status).toBe(403);
    gate.askWith(() => Promise.resolve(false));
    const answer = await gate.fetch(post('b'));
    expect(await answer.json()).toMatchObject({ error: { code: 'reauthentication_required' } });
    expect(api.sent).toEqual(['a', 'b']);
  });

  it('waits for the same answer as others that are refused meanwhile', async () => {
    const api = new Api();
    const gate = new ProofGate(api.send);
    const asked: ((given: boolean) => void)[] = [];
    let bothAreRefused = (): void => undefined;
    const refused = new Promise<void>((resolve) => (bothAreRefused = resolve));
    gate.askWith(
      () =>
        new Promise((resolve) => {
          asked.push(resolve);
          bothAreRefused();
        }),
    );
    const calls = [gate.fetch(post('a')), gate.fetch(post('b'))];
    await refused;
    await new Promise(setImmediate);
    api.proved = true;
    asked.forEach((resolve) => resolve(true));
    const answers = await Promise.all(calls);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(asked).toHaveLength(1);
  });

  it('asks anew the next time', async () => {
    const api = new Api();
    const gate = new ProofGate(api.send);
    let times = 0;
    gate.askWith(() => {
      times += 1;
      return Promise.resolve(false);
    });
    await gate.fetch(post('a'));
    await gate.fetch(post('b'));
    expect(times).toBe(2);
  });
});

it('asks for no proof where another thing is refused, or something is read', async () => {
  const ask = (): Promise<boolean> => Promise.reject(new Error('nobody was to be asked'));
  for (const [code, request] of [
    ['forbidden', post('a')],
    ['csrf_refused', post('a')],
    ['reauthentication_required', new Request(CALL)],
  ] as const) {
    const gate = new ProofGate(new Api(code).send);
    gate.askWith(ask);
    expect((await gate.fetch(request)).status).toBe(403);
  }
});
