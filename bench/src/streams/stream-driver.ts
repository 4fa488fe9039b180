import { Agent, request } from 'node:http';

import { COUNTING } from '../driver-job.js';
import { quantilesOf } from '../statistics.js';
import type { StreamJob, StreamResult } from './stream-job.js';

/*
 * The driver of streams, a process of its own: a fixed number of streams at once. They begin spread over the length of
 * one, so that their first tokens are spread too.
 */

/** Counts of a run. They begin anew when the ramp is over. */
interface Counts {
  ended: number;
  broken: number;
  frames: number;
  firstToken: number[];
  gap: number[];
}

const FRAME = Buffer.from('\ndata: {');
const CONTENT = '"content"';
const DONE = 'data: [DONE]';

process.once('message', (job: StreamJob) => {
  void drive(job, () => process.send?.(COUNTING)).then((result) =>
    process.send?.(result, () => process.exit(0)),
  );
});

const nothing = (): Counts => ({ ended: 0, broken: 0, frames: 0, firstToken: [], gap: [] });

async function drive(job: StreamJob, counting: () => void): Promise<StreamResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  let counts = nothing();
  let counted = performance.now();
  setTimeout(() => {
    counts = nothing();
    counted = performance.now();
    counting();
  }, job.rampSeconds * 1000);
  const ends = performance.now() + (job.rampSeconds + job.seconds) * 1000;
  const lengthMs = (job.tokens / job.tokensPerSecond) * 1000;
  const run: { counts: Counts | null } = { counts: null };
  const stopped = setTimeout(() => {
    run.counts = counts;
    counts = nothing();
  }, ends - performance.now());
  await Promise.all(
    Array.from({ length: job.streams }, async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, (n / job.streams) * lengthMs));
      while (performance.now() < ends) {
        await readOne(job, agent, () => counts);
      }
    }),
  );
  clearTimeout(stopped);
  agent.destroy();
  const { ended, broken, frames, firstToken, gap } = run.counts ?? counts;
  return {
    ...{ ended, broken, frames, seconds: (ends - counted) / 1000 },
    firstToken: quantilesOf(firstToken),
    gap: quantilesOf(gap),
  };
}

/** Reads one stream to its end. What it does is counted at the time at which it happens. */
function readOne(job: StreamJob, agent: Agent, counts: () => Counts): Promise<void> {
  const body = JSON.stringify({
    model: `s${job.tokens}r${job.tokensPerSecond}`,
    stream: true,
    ...job.fields,
    messages: [{ role: 'user', content: 'x'.repeat(600) }],
  });
  const began = performance.now();
  return new Promise((resolve) => {
    let lastAt = 0;
    let isClean = false;
    const settle = (isEnd: boolean): void => {
      counts()[isEnd && isClean ? 'ended' : 'broken'] += 1;
      resolve();
    };
    const sent = request(
      job.url,
      {
        method: 'POST',
        agent,
        headers: { ...job.headers, 'content-type': 'application/json' },
      },
      (response) => {
        response.on('data', (chunk: Buffer) => {
          const now = performance.now();
          const into = counts();
          into.frames += framesIn(chunk);
          if (chunk.includes(CONTENT)) {
            (lastAt === 0 ? into.firstToken : into.gap).push(now - (lastAt || began));
            lastAt = now;
          }
          isClean ||= chunk.includes(DONE);
        });
        response.once('end', () => settle(true));
        response.once('error', () => settle(false));
      },
    );
    sent.once('error', () => settle(false));
    sent.end(body);
  });
}

/** Number of frames that begin in a chunk, with an id in the line above or without. */
function framesIn(chunk: Buffer): number {
  let count = chunk.subarray(0, FRAME.length - 1).equals(FRAME.subarray(1)) ? 1 : 0;
  for (let at = chunk.indexOf(FRAME); at !== -1; at = chunk.indexOf(FRAME, at + FRAME.length)) {
    count += 1;
  }
  return count;
}
