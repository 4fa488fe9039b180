import { spawn } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** How much of a failed step's output is shown: what it said first (npm puts help below), and last. */
const FIRST_LINES = 15;
const LAST_LINES = 25;
/** How often a long step says that it is still going, in milliseconds. */
const BEAT_MS = process.stdout.isTTY ? 1_000 : 10_000;

/** A step ended with another code than 0; its output has been shown. */
export class StepFailed extends Error {}

/**
 * Runs one step of the start or of a check: says what is going on and for how long, keeps the
 * program's own output back, and shows the end of it when the step fails.
 *
 * @param {string} title what is being done, e.g. `Installing packages`
 * @param {string} command the program
 * @param {readonly string[]} args its arguments
 * @param {Record<string, string>} [env] variables beside those of this process
 * @returns {Promise<void>}
 * @throws {StepFailed} when it can't be started or ends with another code than 0
 */
export async function runStep(title, command, args, env = {}) {
  const started = Date.now();
  const progress = showProgress(title, started);
  const lines = [];
  const { code, reason } = await run(command, args, env, (text) => {
    lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
    if (lines.length > FIRST_LINES + LAST_LINES) {
      lines.splice(FIRST_LINES, lines.length - FIRST_LINES - LAST_LINES);
    }
  });
  if (code === 0) {
    progress.end(`done in ${seconds(started)}`);
    return;
  }
  progress.end(`failed after ${seconds(started)}`);
  process.stderr.write([...lines, `${title}: ${reason}`, ''].join('\n'));
  throw new StepFailed(title);
}

/**
 * Runs a program that speaks for itself: its output goes straight to the terminal.
 *
 * @param {string} command the program
 * @param {readonly string[]} args its arguments
 * @param {Record<string, string>} [env] variables beside those of this process
 * @returns {Promise<number>} its exit code; 1 when it was ended by a signal or not started
 */
export async function runOpenly(command, args, env = {}) {
  return (await run(command, args, env)).code;
}

/**
 * Runs a program whose output is of no interest.
 *
 * @param {string} command the program
 * @param {readonly string[]} args its arguments
 * @param {Record<string, string>} [env] variables beside those of this process
 * @returns {Promise<number>} its exit code; 1 when it was ended by a signal or not started
 */
export async function runQuietly(command, args, env = {}) {
  return (await run(command, args, env, () => undefined)).code;
}

/**
 * Runs steps; the first that fails ends the process, for it has said why.
 *
 * @param {() => Promise<void>} steps what is to be done
 * @returns {Promise<void>}
 */
export async function orExit(steps) {
  try {
    await steps();
  } catch (error) {
    if (error instanceof StepFailed) {
      process.exit(1);
    }
    throw error;
  }
}

function run(command, args, env, onOutput) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: onOutput === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    // Ctrl-C reaches the whole group by itself; a signal to this process alone is passed on, and
    // this process ends once the program has.
    const forward = (signal) => {
      child.kill(signal);
      child.once('close', () => process.exit(signal === 'SIGINT' ? 130 : 143));
    };
    process.once('SIGINT', forward).once('SIGTERM', forward);
    const finish = (code, reason) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      done({ code, reason });
    };
    if (onOutput !== undefined) {
      child.stdout.setEncoding('utf8').on('data', onOutput);
      child.stderr.setEncoding('utf8').on('data', onOutput);
    }
    child.once('error', (error) => finish(1, `${command} could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      finish(code ?? 1, signal === null ? `ended with code ${code}` : `ended by ${signal}`),
    );
  });
}

function showProgress(title, started) {
  const isTerminal = process.stdout.isTTY === true;
  process.stdout.write(isTerminal ? `${title} …` : `${title} …\n`);
  const timer = setInterval(() => {
    const text = `${title} … ${seconds(started)}`;
    process.stdout.write(isTerminal ? `\r${text}` : `${text}\n`);
  }, BEAT_MS);
  return {
    end(result) {
      clearInterval(timer);
      process.stdout.write(`${isTerminal ? '\r\u001b[K' : ''}${title}: ${result}\n`);
    },
  };
}

function seconds(since) {
  const elapsed = (Date.now() - since) / 1_000;
  return `${elapsed < 10 ? elapsed.toFixed(1) : elapsed.toFixed(0)} s`;
}
