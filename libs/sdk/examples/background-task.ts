// A background task: hand the work over, remember the id, and pick up the result later, in whatever
// process comes to it. Nothing is lost when either of them dies in between.
import { ReqRun } from '@reqrun/sdk';

const reqrun = new ReqRun(); // REQRUN_API_KEY, REQRUN_BASE_URL

/**
 * Hands a ticket over to be summarized. Calling it again for the same ticket joins the same request.
 *
 * @param ticket what is summarized
 * @param model which model does it
 * @returns the id to keep with the ticket
 */
export async function startSummary(
  ticket: { id: string; text: string },
  model = 'gpt-4o-mini',
): Promise<string> {
  const { id } = await reqrun.chat.completions.create({
    model,
    messages: [
      { role: 'system', content: 'Summarize the ticket in one sentence.' },
      { role: 'user', content: ticket.text },
    ],
    idempotency_key: `summary-${ticket.id}`,
    metadata: { ticket: ticket.id },
  });
  return id;
}

/**
 * Waits for a summary.
 *
 * @param id what {@link startSummary} returned
 * @returns the summary
 * @throws Error when the request failed for good, with the code that says why
 */
export async function finishSummary(id: string): Promise<string> {
  const request = await reqrun.requests.waitFor(id, { timeout: 15 * 60_000 });
  if (request.status !== 'completed') {
    throw new Error(`${id} ended as ${request.status}: ${request.error.code}`);
  }
  return request.result?.choices[0]?.message.content ?? '';
}
