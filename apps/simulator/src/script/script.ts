import type { Oddity } from '../answers/chat-request.js';
import { KNOWN_STREAM_STEPS, readStreamPlan, type StreamPlan } from '../streams/stream-plan.js';
import { KNOWN_SHARED_STEPS, readSharedStep, type SharedStep } from './shared-steps.js';
import { readStatusStep, type StatusStep } from './status-step.js';

/** Behavior of the provider at one call. Times are in milliseconds. */
export type Step =
  | { readonly kind: 'ok' | 'echo' | 'tools' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'stream'; readonly plan: StreamPlan }
  | { readonly kind: 'shared'; readonly shared: SharedStep }
  | { readonly kind: 'odd'; readonly oddity: Oddity }
  | { readonly kind: 'hang' | 'stall' | 'cut' | 'reset' | 'empty' | 'shape' | 'notjson' }
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'huge'; readonly megabytes: number }
  | { readonly kind: 'redirect'; readonly url: string }
  | StatusStep;

/** A step with the text it was written as, which is what the list of calls shows. */
export interface ScriptedStep {
  readonly text: string;
  readonly step: Step;
}

/** The model name is not a script that can be played. `message` is fit for the caller. */
export class InvalidScript extends Error {
  override readonly name = 'InvalidScript';
}

/** The steps there are, as they are listed to someone who misspelled one. */
export const KNOWN_STEPS = [
  'ok',
  'slow:<ms>',
  'echo',
  'tools',
  '<400-599>[:<error code>][:echo][:retry-after=…][:retry-after-ms=…][:reset-requests=…][:reset-tokens=…]',
  '429:too_large',
  'echo-error',
  'timeout',
  'hang',
  'stall',
  'cut',
  'reset',
  'empty',
  'html[:<400-599>]',
  'shape',
  'notjson',
  'huge:<MB>',
  'redirect:<percent-encoded URL>',
  'failed:<error code>',
  'incomplete',
  'forget',
  'fewer',
  'twice',
  ...KNOWN_SHARED_STEPS,
  ...KNOWN_STREAM_STEPS,
] as const;

const PREFIX = 'sim/';
const OK: readonly ScriptedStep[] = [{ text: 'ok', step: { kind: 'ok' } }];

/**
 * Reads the script out of a model name: `sim/` and steps separated by commas; a step is a name and
 * arguments, separated by `:` or `;`. A name without the prefix is a model like any other and
 * answers at once.
 *
 * @param model the `model` of the request
 * @returns at least one step
 * @throws InvalidScript when a step or an argument is unknown
 */
export function parseScript(model: string): readonly ScriptedStep[] {
  if (!model.startsWith(PREFIX)) {
    return OK;
  }
  return model
    .slice(PREFIX.length)
    .split(',')
    .map((written) => {
      const text = written.trim();
      return { text, step: parseStep(text) };
    });
}

/**
 * The step for one attempt.
 *
 * @param steps what {@link parseScript} returned
 * @param index 0 for the first attempt; beyond the end the last step repeats
 */
export function stepAt(steps: readonly ScriptedStep[], index: number): ScriptedStep {
  const step = steps[Math.min(index, steps.length - 1)];
  if (step === undefined) {
    throw new RangeError('A script has at least one step, and an index is not negative.');
  }
  return step;
}

function parseStep(text: string): Step {
  const plan = readStreamPlan(text);
  if (typeof plan === 'string') {
    throw new InvalidScript(
      `Simulation step '${text}': ${plan}. Stream steps: ${KNOWN_STREAM_STEPS.join(', ')}.`,
    );
  }
  if (plan !== null) {
    return { kind: 'stream', plan };
  }
  const shared = readSharedStep(text);
  if (typeof shared === 'string') {
    throw new InvalidScript(`Simulation step '${text}': ${shared}.`);
  }
  if (shared !== null) {
    return { kind: 'shared', shared };
  }
  const [name = '', ...args] = text.split(/[:;]/);
  if (/^[45]\d\d$/.test(name)) {
    return readStatusStep(Number(name), args, (argument) => badArgument(text, argument));
  }
  switch (name) {
    case 'ok':
    case 'echo':
    case 'tools':
    case 'hang':
    case 'stall':
    case 'cut':
    case 'reset':
    case 'empty':
    case 'shape':
    case 'notjson':
      noArguments(text, args);
      return { kind: name };
    case 'incomplete':
    case 'forget':
    case 'fewer':
    case 'twice':
      noArguments(text, args);
      return { kind: 'odd', oddity: { kind: name } };
    case 'failed':
      return { kind: 'odd', oddity: { kind: 'failed', code: errorCode(text, args) } };
    case 'timeout':
      noArguments(text, args);
      return { kind: 'hang' };
    case 'echo-error':
      noArguments(text, args);
      return { kind: 'status', status: 400, code: undefined, echo: true, headers: {} };
    case 'slow':
      return { kind: 'slow', ms: wholeNumber(text, args, 0, 600_000) };
    case 'huge':
      return { kind: 'huge', megabytes: wholeNumber(text, args, 1, 1024) };
    case 'html':
      return { kind: 'html', status: args.length === 0 ? 200 : wholeNumber(text, args, 400, 599) };
    case 'redirect':
      return { kind: 'redirect', url: httpUrl(text, args) };
    default:
      throw new InvalidScript(
        `Unknown simulation step '${text}'. Known steps: ${KNOWN_STEPS.join(', ')}.`,
      );
  }
}

function noArguments(text: string, args: readonly string[]): void {
  if (args.length > 0) {
    throw new InvalidScript(`Simulation step '${text}': this step takes no argument.`);
  }
}

function wholeNumber(text: string, args: readonly string[], min: number, max: number): number {
  const value = /^\d{1,9}$/.test(args[0] ?? '') ? Number(args[0]) : Number.NaN;
  if (args.length !== 1 || !(value >= min && value <= max)) {
    throw new InvalidScript(
      `Simulation step '${text}': it takes one whole number from ${min} to ${max}.`,
    );
  }
  return value;
}

function errorCode(text: string, args: readonly string[]): string {
  const [code = ''] = args;
  if (args.length !== 1 || !/^\w{1,64}$/.test(code)) {
    throw new InvalidScript(
      `Simulation step '${text}': it takes one error code of letters, digits and underscores.`,
    );
  }
  return code;
}

function httpUrl(text: string, args: readonly string[]): string {
  const written = args.length === 1 ? percentDecoded(args[0] ?? '') : undefined;
  const url = written !== undefined && URL.canParse(written) ? new URL(written) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidScript(
      `Simulation step '${text}': it takes one http or https URL, percent-encoded (encodeURIComponent).`,
    );
  }
  return url.href;
}

function percentDecoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

function badArgument(text: string, argument: string): never {
  throw new InvalidScript(
    `Simulation step '${text}': '${argument}' is neither an error code (letters, digits and underscores), echo, nor one of retry-after=, retry-after-ms=, reset-requests=, reset-tokens= with a percent-encoded value.`,
  );
}
