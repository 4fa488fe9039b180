import { type RunningSimulator, startSimulator } from '../testing/running-simulator.js';

/** Responses in the background that are streamed. */
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

interface Seen {
  readonly status: number;
  /** Events, each with its empty line. */
  readonly events: readonly string[];
  readonly isComplete: boolean;
}

async function read(response: Response): Promise<Seen> {
  let text = '';
  let isComplete = true;
  const decoder = new TextDecoder();
  try {
    for await (const part of response.body ?? []) {
      text += decoder.decode(part as Uint8Array, { stream: true });
    }
  } catch {
    isComplete = false;
  }
  return { status: response.status, events: text.split(/(?<=\n\n)/).filter(Boolean), isComplete };
}

const post = (step: string, more: object = {}): Promise<Response> =>
  fetch(`${simulator.origin}/v1/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ model: `sim/${step}`, input: 'x', background: true, stream: true },
      ...more,
    }),
  });

const begin = async (step: string): Promise<Seen> => read(await post(step));

const idOf = ({ events }: Seen): string => /"id":"(resp_\w+)"/.exec(events[0] ?? '')?.[1] ?? '';

const stream = async (id: string, after?: number | string): Promise<Seen> =>
  read(
    await fetch(
      `${simulator.origin}/v1/responses/${id}?stream=true${after === undefined ? '' : `&starting_after=${after}`}`,
    ),
  );

const statusOf = async (id: string): Promise<string> =>
  ((await (await fetch(`${simulator.origin}/v1/responses/${id}`)).json()) as { status: string })
    .status;

const totalOf = async (): Promise<number> =>
  ((await (await fetch(`${simulator.origin}/generations`)).json()) as { total: number }).total;

describe('a response in the background that is streamed', () => {
  it('can be had again from any event on, with the same bytes, and is one generation', async () => {
    const before = await totalOf();
    const first = await begin('tokens:5');
    expect(first.isComplete).toBe(true);
    expect(await stream(idOf(first))).toEqual(first);
    expect((await stream(idOf(first), 3)).events).toEqual(first.events.slice(4));
    expect((await stream(idOf(first), first.events.length)).events).toEqual([]);
    expect(await totalOf()).toBe(before + 1);
  });

  it('is generated whoever reads it, each event at its time', async () => {
    const controller = new AbortController();
    const { body } = await post('tokens:10:50', { metadata: { a: 'b' } });
    const reader = body!.getReader();
    const piece = Buffer.from((await reader.read()).value).toString();
    const id = /"id":"(resp_\w+)"/.exec(piece)![1]!;
    controller.abort();
    await reader.cancel();
    expect(await statusOf(id)).toBe('in_progress');
    const { events } = await stream(id);
    expect(events.at(-1)).toMatch(/^event: response\.completed\n/);
    expect(await statusOf(id)).toBe('completed');
  });

  it.each(['cut:4', 'garbage:4'])(
    'of %s breaks each connection behind that many events, and is generated on',
    async (step) => {
      const first = await begin(`tokens:5+${step}`);
      const good = first.events.slice(0, 4);
      const id = idOf(first);
      let known = [...good];
      while (!known.at(-1)?.startsWith('event: response.completed')) {
        const next = (await stream(id, known.length - 1)).events.filter((one) =>
          one.startsWith('event: response'),
        );
        expect(next.length).toBeLessThanOrEqual(4);
        known = [...known, ...next];
      }
      expect(known.map((one) => Number(/"sequence_number":(\d+)/.exec(one)?.[1]))).toEqual(
        known.map((_, n) => n),
      );
    },
  );

  it('is refused as a stream after stream-ttl, and as a response it is there', async () => {
    const first = await begin('tokens:2+stream-ttl:0');
    expect((await stream(idOf(first), 1)).status).toBe(400);
    expect(await statusOf(idOf(first))).toBe('completed');
  });

  it('is not kept with forget', async () => {
    const first = await begin('tokens:2+forget');
    expect((await stream(idOf(first), 1)).status).toBe(404);
  });

  it('ends with its cancellation, for all who read it', async () => {
    const response = await post('hang');
    const reader = response.body!.getReader();
    const piece = Buffer.from((await reader.read()).value).toString();
    const id = /"id":"(resp_\w+)"/.exec(piece)![1]!;
    await fetch(`${simulator.origin}/v1/responses/${id}/cancel`, { method: 'POST' });
    let last = await reader.read();
    while (!last.done) {
      last = await reader.read();
    }
    expect(await statusOf(id)).toBe('cancelled');
    expect((await stream(id)).isComplete).toBe(true);
  });

  it('can fail in the middle, and has failed for later looks', async () => {
    const first = await begin('tokens:5+error:4:server_error');
    expect(first.events.at(-1)).toMatch(/^event: error\n/);
    expect(await statusOf(idOf(first))).toBe('failed');
    expect(await stream(idOf(first))).toEqual(first);
  });

  it.each([
    ['a word', 'x'],
    ['a negative number', '-1'],
  ])('is refused from %s on', async (_what, after) => {
    expect((await stream(idOf(await begin('ok')), after)).status).toBe(400);
  });

  it('is none without stream, and is refused as one', async () => {
    const created = await post('slow:1', { stream: false });
    const { id } = (await created.json()) as { id: string };
    expect((await stream(id)).status).toBe(400);
  });
});
