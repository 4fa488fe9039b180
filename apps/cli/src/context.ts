import type { Readable } from 'node:stream';

import { ReqRun } from '@reqrun/sdk';
import type { Command } from 'commander';

import { AdminClient } from './admin/admin-client.js';
import { Config, type ConfigFlags, type Variables } from './config.js';
import type { Output } from './output/output.js';

/** Surroundings that the program is run with. */
export interface Context {
  readonly output: Output;
  readonly stdin: Readable;
  /** Aborted, with an exit code as its reason, when the program is to end. */
  readonly signal: AbortSignal;
  /** The process's own when it is left out. */
  readonly environment?: Variables;
}

/** Flags that every command has. */
export interface CommonFlags extends ConfigFlags {
  readonly json?: boolean;
}

/** Calls that do not wait for a request take no longer than this. */
const CALL_MS = 60_000;

/**
 * All flags of a command, those of its parents included. Commander has checked them.
 *
 * @param command which
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- said where they are read
export function flagsOf<T extends object>(command: Command): T & CommonFlags {
  return command.optsWithGlobals();
}

/** How calls that do not wait are made. */
export interface CallOptions {
  readonly signal: AbortSignal;
  readonly timeout: number;
}

/**
 * How calls that do not wait are made.
 *
 * @param context of the program
 */
export function callOptions({ signal }: Context): CallOptions {
  return { signal, timeout: CALL_MS };
}

/**
 * A client for requests.
 *
 * @param context of the program
 * @param flags of the command
 * @throws UsageError when server or key is missing
 */
export function applicationClient(context: Context, flags: CommonFlags): ReqRun {
  const { baseURL, secret } = new Config(flags, context.environment).application;
  return new ReqRun({ baseURL, apiKey: secret });
}

/** A client for keys, and the project that was named. */
export interface Administration {
  readonly client: AdminClient;
  /** Name or id. */
  readonly project: string | undefined;
}

/**
 * A client for keys.
 *
 * @param context of the program
 * @param flags of the command
 * @throws UsageError when server or token is missing
 */
export function administration(context: Context, flags: CommonFlags): Administration {
  const config = new Config(flags, context.environment);
  return { client: new AdminClient(config.admin, context.signal), project: config.project };
}
