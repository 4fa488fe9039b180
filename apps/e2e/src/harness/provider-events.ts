/** Last events of a stream of a response. */
const TERMINAL = /^event: response\.(?:completed|incomplete|failed)\n/;
/** Connections that are tried: the provider may break each. */
const MOST_CONNECTIONS = 1_000;

/**
 * The events of a response as the simulator has generated them, byte for byte.
 *
 * @param url address of the simulator, with /v1
 * @param id id of the response
 * @throws when the provider does not have all of them
 */
export async function eventsAtProvider(url: string, id: string): Promise<string[]> {
  const events: string[] = [];
  for (let tries = 0; tries < MOST_CONNECTIONS; tries += 1) {
    const after = events.length === 0 ? '' : `&starting_after=${events.length - 1}`;
    const response = await fetch(`${url}/responses/${id}?stream=true${after}`);
    if (!response.ok) {
      throw new Error(`The provider answers ${response.status}.`);
    }
    events.push(...(await eventsOf(response)));
    if (TERMINAL.test(events.at(-1) ?? '')) {
      return events;
    }
  }
  throw new Error(`The provider shows ${events.length} events, and no end.`);
}

/** The whole events of an answer, up to where its connection breaks. */
async function eventsOf(response: Response): Promise<string[]> {
  let text = '';
  try {
    for await (const part of response.body ?? []) {
      text += Buffer.from(part as Uint8Array).toString('latin1');
    }
  } catch {
    // What came before counts.
  }
  const all = Buffer.from(text, 'latin1').toString('utf8');
  return all.split(/(?<=\n\n)/).filter((event) => event.endsWith('\n\n'));
}
