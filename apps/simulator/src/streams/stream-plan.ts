/** A place at which a stream goes wrong, in events from its beginning, and how. */
export interface StreamBreak {
  readonly kind: 'cut' | 'stall' | 'error' | 'finish-error' | 'garbage';
  /** Number of events that come before. */
  readonly after: number;
  /** Code of an `error`. */
  readonly code: string;
}

/** Ways in which a stream is written or odd, that can be combined. */
export type StreamTrait =
  | 'azure'
  | 'bom'
  | 'bytes'
  | 'comments'
  | 'crlf'
  | 'double-index'
  | 'eof-mid-event'
  | 'forget'
  | 'json'
  | 'merged'
  | 'multiline'
  | 'name-parts'
  | 'no-done'
  | 'no-finish'
  | 'tools';

/** Behavior of the provider when it streams. Times are in milliseconds. */
export interface StreamPlan {
  /** Number of tokens of the text. */
  readonly tokens: number;
  /** Tokens per second; null sends them as fast as they are taken. */
  readonly perSecond: number | null;
  /** From the head of the answer to the first token. */
  readonly ttftMs: number;
  /** Silence behind the first token. */
  readonly reasoningMs: number;
  readonly breaks: StreamBreak | null;
  /** Time from its beginning for which a response in the background can be had as a stream. */
  readonly ttlMs: number;
  readonly traits: ReadonlySet<StreamTrait>;
}

/** The stream steps there are, as they are listed to someone who misspelled one. */
export const KNOWN_STREAM_STEPS = [
  'tokens:<n>[:<per second>]',
  'ttft:<ms>',
  'reasoning:<s>',
  'cut:<k>',
  'stall:<k>',
  'error:<k>[:<code>]',
  'finish-error:<k>',
  'garbage:<k>',
  'no-done',
  'no-finish',
  'eof-mid-event',
  'merged',
  'double-index',
  'name-parts',
  'azure',
  'comments',
  'crlf',
  'bom',
  'bytes',
  'multiline',
  'json',
  'stream-ttl:<ms>',
] as const;

const TRAITS: ReadonlySet<string> = new Set<StreamTrait>([
  'azure',
  'bom',
  'bytes',
  'comments',
  'crlf',
  'double-index',
  'eof-mid-event',
  'json',
  'merged',
  'multiline',
  'name-parts',
  'no-done',
  'no-finish',
]);
const BREAKS: ReadonlySet<string> = new Set(['cut', 'stall', 'error', 'finish-error', 'garbage']);
const TIMES: ReadonlySet<string> = new Set(['tokens', 'ttft', 'reasoning', 'stream-ttl']);
/** Parts of a stream that are steps of their own where they stand alone. */
const ALSO_STEPS: ReadonlySet<string> = new Set(['tools', 'forget']);

const DEFAULT_TOKENS = 20;
const MAX_TOKENS = 100_000;
const MAX_PER_SECOND = 10_000;
const MAX_MS = 600_000;
const SECOND_MS = 1_000;

/**
 * Reads a stream step: parts joined by `+`, such as `tokens:100:50+cut:30`.
 *
 * @param text the step
 * @returns null where it is no stream step; a text that says what is wrong with one
 */
export function readStreamPlan(text: string): StreamPlan | string | null {
  const parts = text.split('+').map((part) => part.split(/[:;]/));
  if (!parts.some(([name = '', ...args]) => isStreamPart(name, args))) {
    return null;
  }
  const traits = new Set<StreamTrait>();
  let plan: StreamPlan = {
    tokens: DEFAULT_TOKENS,
    perSecond: null,
    ttftMs: 0,
    reasoningMs: 0,
    breaks: null,
    ttlMs: Infinity,
    traits,
  };
  for (const [name = '', ...args] of parts) {
    if (args.length === 0 && (TRAITS.has(name) || ALSO_STEPS.has(name))) {
      traits.add(name as StreamTrait);
      continue;
    }
    const read = partOf(name, args);
    if (read === null) {
      return `'${[name, ...args].join(':')}' is no part of a stream that can be played`;
    }
    plan = { ...plan, ...read };
  }
  return plan;
}

/** Tells a part of a stream from a step of another kind; `cut` and `stall` alone are such steps. */
const isStreamPart = (name: string, args: readonly string[]): boolean =>
  TRAITS.has(name) ||
  TIMES.has(name) ||
  (BREAKS.has(name) && (args.length > 0 || (name !== 'cut' && name !== 'stall')));

function partOf(name: string, args: readonly string[]): Partial<StreamPlan> | null {
  const first = wholeNumber(args[0]);
  if (first === null) {
    return null;
  }
  if (name === 'tokens' && first >= 1 && first <= MAX_TOKENS && args.length <= 2) {
    const perSecond = args.length === 1 ? null : wholeNumber(args[1]);
    const isRate = perSecond !== null && perSecond >= 1 && perSecond <= MAX_PER_SECOND;
    return args.length === 1 || isRate ? { tokens: first, perSecond } : null;
  }
  if (name === 'error' && args.length <= 2) {
    const code = args[1] ?? 'server_error';
    return /^\w{1,64}$/.test(code) ? { breaks: { kind: name, after: first, code } } : null;
  }
  if (args.length !== 1) {
    return null;
  }
  if (name === 'ttft' && first <= MAX_MS) {
    return { ttftMs: first };
  }
  if (name === 'stream-ttl' && first <= MAX_MS) {
    return { ttlMs: first };
  }
  if (name === 'reasoning' && first * SECOND_MS <= MAX_MS) {
    return { reasoningMs: first * SECOND_MS };
  }
  return BREAKS.has(name)
    ? { breaks: { kind: name as StreamBreak['kind'], after: first, code: '' } }
    : null;
}

const wholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
