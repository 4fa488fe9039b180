// An API route, for anything that speaks Request and Response: Next.js, Hono, Deno, Bun, Workers.
// The browser gets its answer when there is one in time, else an id to ask for.
import { APIError, APITimeoutError, BadRequestError, ReqRun } from '@reqrun/sdk';

const reqrun = new ReqRun(); // REQRUN_API_KEY, REQRUN_BASE_URL

/** How long a browser is kept waiting, in ms. */
const PATIENCE_MS = 20_000;

/**
 * `POST {question, model?}`: 200 with the answer, or 202 with the id of what still runs.
 *
 * @param request its header `x-click-id` names the click, so that a second one is not a second request
 */
export async function POST(request: Request): Promise<Response> {
  const { question, model = 'gpt-4o-mini' } = (await request.json()) as {
    question: string;
    model?: string;
  };
  try {
    const completion = await reqrun.chat.completions.create(
      { model, messages: [{ role: 'user', content: question }], wait: true },
      {
        timeout: Number(request.headers.get('x-patience-ms') ?? PATIENCE_MS),
        idempotencyKey: request.headers.get('x-click-id') ?? undefined,
        signal: request.signal,
      },
    );
    return Response.json({ answer: completion.choices[0]?.message.content });
  } catch (error) {
    if (error instanceof APITimeoutError && error.requestId !== null) {
      return Response.json({ id: error.requestId }, { status: 202 });
    }
    if (error instanceof BadRequestError) {
      return Response.json({ error: error.code }, { status: 400 });
    }
    if (error instanceof APIError) {
      // The id leads to every attempt, and why it was followed by what.
      return Response.json({ error: error.code, id: error.requestId }, { status: 503 });
    }
    throw error;
  }
}

/**
 * `GET ?id=rr_…`: 200 with the answer, or 202 while it runs.
 *
 * @param request asks for what POST answered 202 for
 */
export async function GET(request: Request): Promise<Response> {
  const id = new URL(request.url).searchParams.get('id') ?? '';
  const found = await reqrun.chat.completions.retrieve(id, { signal: request.signal });
  return found.object === 'chat.completion'
    ? Response.json({ answer: found.choices[0]?.message.content })
    : Response.json({ id: found.id, status: found.status }, { status: 202 });
}
