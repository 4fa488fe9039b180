import { type PrepareJobs, prepareJobs } from './prepare-jobs.js';

/*
 * Process of `npm start` that prepares the database, and ends. What it needs for that, such as the engine of the
 * migrations, takes more memory than all that the launcher does afterwards.
 */

/** Message of the launcher: a job to do. */
export interface PrepareMessage {
  readonly job: keyof PrepareJobs;
  /** Its one argument; undefined where it has none. */
  readonly input?: unknown;
}

/** Message to the launcher: a line for the screen, a job that is done, or one that failed. */
export type PrepareReply =
  | { readonly kind: 'progress'; readonly line: string }
  | { readonly kind: 'done'; readonly value: unknown }
  | {
      readonly kind: 'failed';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
    };

type Work = (input: unknown) => Promise<unknown>;

const reply = (message: PrepareReply): void => void process.send?.(message);

async function run({ job, input }: PrepareMessage): Promise<void> {
  try {
    const jobs = prepareJobs((line) => reply({ kind: 'progress', line }));
    const done = (jobs as unknown as Record<string, Work>)[job]?.(input);
    reply({ kind: 'done', value: await done });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { name, message, stack } = error;
    reply({ kind: 'failed', name, message, stack });
  }
}

process.on('message', (message: PrepareMessage) => void run(message));
process.once('disconnect', () => process.exit());
// Ctrl-C is for the launcher.
process.on('SIGINT', () => undefined);
