/** Events of a stream, read as a client does that knows no dialect. */
export interface SeenStream {
  readonly contentType: string | null;
  /** All bytes that came, as text. */
  readonly text: string;
  /** Data of its events, parsed; `[DONE]` as it is, and `null` for what is no JSON. */
  readonly events: readonly unknown[];
  /** Whether the connection ended properly. */
  readonly isComplete: boolean;
}

/**
 * Calls an endpoint for a stream.
 *
 * @param origin of the simulator
 * @param path below `/v1`
 * @param body more of the body
 * @param headers more headers
 */
export async function readStream(
  origin: string,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<SeenStream> {
  const input = { messages: [{ role: 'user', content: 'x' }], prompt: 'x', input: 'x' };
  const response = await fetch(`${origin}/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...input, stream: true, ...body }),
  });
  const parts: Uint8Array[] = [];
  let isComplete = true;
  try {
    for await (const part of response.body ?? []) {
      parts.push(part as Uint8Array);
    }
  } catch {
    isComplete = false;
  }
  const text = Buffer.concat(parts).toString();
  const events = text
    .replaceAll('\r\n', '\n')
    .split('\n\n')
    .map((block) => block.split('\n').filter((line) => line.startsWith('data: ')))
    .filter((lines) => lines.length > 0)
    .map((lines) => parsed(lines.map((line) => line.slice('data: '.length)).join('\n')));
  return { contentType: response.headers.get('content-type'), text, events, isComplete };
}

function parsed(data: string): unknown {
  try {
    return data === '[DONE]' ? data : (JSON.parse(data) as unknown);
  } catch {
    return null;
  }
}
