// A cron job: looks at what has failed since its last run, runs again what another hour may mend, and
// names the rest for a human.
import { ReqRun } from '@reqrun/sdk';

const reqrun = new ReqRun(); // REQRUN_API_KEY, REQRUN_BASE_URL

/** Failures that pass: the provider was down or unreachable, or time ran out. */
const PASSING = /^(openai_http_(429|5\d\d)|network_error|timeout|deadline_exceeded|worker_lost)$/;

/** Result of a run of the job; ids of requests. */
export interface Sweep {
  readonly runAgain: string[];
  readonly forAHuman: { id: string; code: string }[];
}

/**
 * One run of the job.
 *
 * @param since when the last run began
 */
export async function sweep(since: Date): Promise<Sweep> {
  const result: Sweep = { runAgain: [], forAHuman: [] };
  for await (const request of reqrun.requests.list({ status: 'failed', created_after: since })) {
    if (request.status !== 'failed') {
      continue;
    }
    const { code } = request.error;
    if (PASSING.test(code)) {
      await reqrun.requests.retry(request.id);
      result.runAgain.push(request.id);
    } else {
      result.forAHuman.push({ id: request.id, code });
    }
  }
  return result;
}
