import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { COUNTING, type DriverJob, type DriverResult } from './driver-job.js';
import type { StreamJob, StreamResult } from './streams/stream-job.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The checkout that this benchmark belongs to. */
const CHECKOUT = here('../..');

/** A child process of the benchmark. */
export interface Child {
  pid: number;
  stop(): Promise<void>;
}

/**
 * Runs a load and waits for its end.
 *
 * @param job the load
 * @param counting called when the ramp is over, if there is one
 */
export const runDriver = (job: DriverJob, counting?: () => void): Promise<DriverResult> =>
  runFile<DriverResult>('./driver.js', job, counting);

/**
 * Runs a load of streams and waits for its end.
 *
 * @param job the load
 * @param counting called when the ramp is over
 */
export const runStreamDriver = (job: StreamJob, counting?: () => void): Promise<StreamResult> =>
  runFile<StreamResult>('./streams/stream-driver.js', job, counting);

async function runFile<Result extends object>(
  file: string,
  job: DriverJob | StreamJob,
  counting: () => void = () => undefined,
): Promise<Result> {
  const driver = fork(here(file));
  try {
    return await new Promise<Result>((resolve, reject) => {
      driver.on('message', (said: Result | typeof COUNTING) =>
        said === COUNTING ? counting() : resolve(said),
      );
      driver.once('exit', () => reject(new Error('the load driver ended without a result')));
      driver.send(job);
    });
  } finally {
    driver.removeAllListeners();
  }
}

/**
 * Starts the bare provider.
 *
 * @param delayMs time until each answer, in ms
 * @param largeBytes size of an answer of the model `large`, in bytes
 * @returns the process and its base URL, with /v1
 */
export async function startProvider(
  delayMs: number,
  largeBytes = 0,
): Promise<Child & { baseUrl: string }> {
  const child = fork(here('./provider.js'), [String(delayMs), String(largeBytes)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await firstLine(child);
  return { ...asChild(child), baseUrl: `http://127.0.0.1:${port}/v1` };
}

/** Starts the collector that drops what it gets; with the address for OTEL_EXPORTER_OTLP_ENDPOINT. */
export async function startCollector(): Promise<Child & { url: string }> {
  const child = fork(here('./telemetry/collector.js'), [], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await firstLine(child);
  return { ...asChild(child), url: `http://127.0.0.1:${port}` };
}

/**
 * Starts the product as it ships, with a home folder of its own.
 *
 * @param environment environment variables
 * @param isReady returns whether a printed line reports that the product is ready
 * @param checkout the built checkout whose product it is
 */
export async function startLauncher(
  environment: Readonly<Record<string, string>>,
  isReady: (line: string) => boolean,
  checkout = CHECKOUT,
): Promise<Child> {
  const child = spawn(process.execPath, [join(checkout, 'apps/launcher/dist/main.js')], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (isReady(line)) {
        resolve();
      }
    });
    child.once('exit', () => reject(new Error('the product did not start')));
  });
  return asChild(child);
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) {
    throw new Error('the process has no output');
  }
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return line;
}

function asChild(child: ChildProcess): Child {
  return {
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
    },
  };
}
