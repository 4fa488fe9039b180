import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

import { CHECKOUT } from './home.js';
import type { PrepareMessage, PrepareReply } from './prepare.js';
import type { PrepareJobs } from './prepare-jobs.js';
import type { Program } from './program.js';
import { StartError } from './start-error.js';

/** Errors with a line for the user, and not with a stack. */
const FOR_USERS: ReadonlySet<string> = new Set([
  'ConfigError',
  'MasterKeyMismatchError',
  'StartError',
]);

/** Does the jobs of a start in a process of their own, one at a time. */
export class Preparation implements PrepareJobs {
  private readonly child: ChildProcess;
  private settle: ((reply: Exclude<PrepareReply, { kind: 'progress' }>) => void) | null = null;

  /**
   * Starts the process.
   *
   * @param adapt makes another program of it, as the supervisor does of the others
   * @param say told in one line what happens
   */
  constructor(adapt: (program: Program) => Program, say: (line: string) => void) {
    const { script, nodeFlags = [], env } = adapt(PREPARE);
    this.child = fork(script, {
      cwd: CHECKOUT,
      env,
      execArgv: [...nodeFlags],
      // Keys are bytes.
      serialization: 'advanced',
      // Out of the reach of Ctrl-C in a terminal: the launcher says when it ends.
      detached: true,
    });
    this.child.on('message', (message: PrepareReply) => {
      if (message.kind === 'progress') {
        say(message.line);
      } else {
        this.settle?.(message);
      }
    });
    const ended = (): void => {
      const message = 'The process that prepares the database ended before it was done.';
      this.settle?.({ kind: 'failed', name: 'StartError', message, stack: undefined });
    };
    this.child.once('exit', ended);
    this.child.once('error', ended);
  }

  check(): ReturnType<PrepareJobs['check']> {
    return this.do('check', undefined);
  }

  logins(superuserUrl: string): ReturnType<PrepareJobs['logins']> {
    return this.do('logins', superuserUrl);
  }

  prepare(input: Parameters<PrepareJobs['prepare']>[0]): ReturnType<PrepareJobs['prepare']> {
    return this.do('prepare', input);
  }

  /** Ends the process, whatever it does. */
  close(): void {
    this.child.kill('SIGKILL');
  }

  private do<Job extends keyof PrepareJobs>(
    job: Job,
    input: Parameters<PrepareJobs[Job]>[0],
  ): Promise<Awaited<ReturnType<PrepareJobs[Job]>>> {
    return new Promise((resolve, reject) => {
      this.settle = (reply) => {
        this.settle = null;
        if (reply.kind === 'done') {
          resolve(reply.value as Awaited<ReturnType<PrepareJobs[Job]>>);
        } else {
          reject(errorOf(reply));
        }
      };
      this.child.send({ job, input } satisfies PrepareMessage, (error) => {
        if (error !== null) {
          const { name, message, stack } = error;
          this.settle?.({ kind: 'failed', name, message, stack });
        }
      });
    });
  }
}

function errorOf({ name, message, stack }: Extract<PrepareReply, { kind: 'failed' }>): Error {
  if (FOR_USERS.has(name)) {
    return new StartError(message);
  }
  const error = new Error(message);
  error.name = name;
  error.stack = stack ?? message;
  return error;
}

const PREPARE: Program = {
  name: 'prepare',
  script: join(CHECKOUT, 'apps/launcher/dist/prepare.js'),
  arguments: () => [],
  env: process.env,
  readiness: { kind: 'message' },
  readyTimeoutMs: 0,
  stopTimeoutMs: 0,
};
