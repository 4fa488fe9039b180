import { failureOfChoice } from '../endpoints/chat-completions.js';
import {
  type BodyProblem,
  type EndpointModule,
  invalid,
  isObject,
  type JsonObject,
} from '../endpoints/endpoint-module.js';
import { type Draft, mergeDelta, MergeError } from './merge-delta.js';
import { stringifyWithRaw } from './raw-string.js';
import type {
  AssembledAnswer,
  JudgedEvent,
  ParsedEvent,
  StreamAssembly,
  StreamExpectation,
} from './stream-module.js';

/** Parts in which streams of choices differ between endpoints. */
export interface ChoiceShape {
  /** How whole answers of the endpoint are judged. */
  readonly whole: EndpointModule;
  /** `object` of a whole answer. */
  readonly object: string;
  /** Members of a choice that `pieceOf` reads. */
  readonly members: ReadonlySet<string>;
  /**
   * The piece of the answer in a choice of an event.
   *
   * @param choice the choice
   * @returns null where the choice has none that can be read
   */
  pieceOf(choice: JsonObject): JsonObject | null;
  /**
   * Tells whether a piece says something.
   *
   * @param piece the piece
   */
  says(piece: JsonObject): boolean;
  /**
   * The members of the whole choice that the pieces come to.
   *
   * @param draft the pieces, merged
   */
  toChoice(draft: Draft): JsonObject;
}

interface ChoiceDraft {
  readonly piece: Draft;
  /** `logprobs`, whose lists are continued like those of a delta. */
  readonly continued: Draft;
  readonly others: Draft;
  finishReason: string | null;
}

/** Names of events that only keep a connection alive; a frame of them would be no chunk to any client. */
const KEEP_ALIVE: ReadonlySet<string | undefined> = new Set([
  'ping',
  'keepalive',
  'keep-alive',
  'heartbeat',
]);
/** Members of a chunk that are read by name, or that mean nothing in a whole answer. */
const READ_BY_NAME: ReadonlySet<string> = new Set([
  'choices',
  'usage',
  'object',
  'obfuscation',
  '__proto__',
]);
const READ_OF_CHOICE: ReadonlySet<string> = new Set([
  'index',
  'finish_reason',
  'logprobs',
  '__proto__',
]);
/** Members whose first value counts. Azure's first chunk has empty ones. */
const FIRST: ReadonlySet<string> = new Set(['id', 'created', 'model']);
/** Choices that an answer may have; OpenAI gives 128 at most. */
const MAX_CHOICES = 1_024;

/** A stream of chunks with choices, as chat completions and completions have it. */
export class ChoicesAssembly implements StreamAssembly {
  readonly answerId = null;
  readonly #head: Draft = {};
  readonly #choices = new Map<number, ChoiceDraft>();
  #finished = 0;
  #wasWhole = false;
  #usage: JsonObject | null = null;

  /**
   * @param shape of the endpoint
   * @param expectation what the request asks for
   */
  constructor(
    private readonly shape: ChoiceShape,
    private readonly expectation: StreamExpectation,
  ) {}

  get isWhole(): boolean {
    return this.#finished > 0 && this.#finished === this.#choices.size;
  }

  take({ name, object }: ParsedEvent): JudgedEvent {
    if (KEEP_ALIVE.has(name) && object['choices'] === undefined) {
      return { kind: 'skip' };
    }
    const choices = object['choices'] ?? [];
    if (!Array.isArray(choices)) {
      return { kind: 'failed', problem: invalid('wrong_shape') };
    }
    let saysSomething = false;
    try {
      for (const [place, choice] of (choices as unknown[]).entries()) {
        const taken = isObject(choice) ? this.#takeChoice(choice, place) : invalid('wrong_shape');
        if (typeof taken !== 'boolean') {
          return { kind: 'failed', problem: taken };
        }
        saysSomething ||= taken;
      }
    } catch (error) {
      return { kind: 'failed', problem: problemOf(error) };
    }
    this.#takeHead(object);
    const usage = object['usage'];
    if (isObject(usage)) {
      this.#usage = usage;
    }
    const makesWhole =
      !this.#wasWhole && this.isWhole && this.#choices.size >= this.expectation.choices;
    this.#wasWhole ||= makesWhole;
    const usageOnly = isObject(usage) && choices.length === 0;
    return { kind: 'frame', type: null, saysSomething, usageOnly, makesWhole };
  }

  assemble(): AssembledAnswer | BodyProblem {
    const inOrder = [...this.#choices].sort(([one], [other]) => one - other);
    try {
      const body = stringifyWithRaw({
        ...this.#head,
        object: this.shape.object,
        choices: inOrder.map(([index, { piece, continued, others, finishReason }]) => ({
          index,
          ...this.shape.toChoice(piece),
          ...continued,
          finish_reason: finishReason,
          ...others,
        })),
        ...(this.#usage === null ? {} : { usage: this.#usage }),
      });
      const finishReasons = inOrder.map(([, { finishReason }]) => finishReason ?? '');
      const choices = finishReasons.map((reason) => ({ finish_reason: reason }));
      const isCacheable = this.shape.whole.isCacheable?.({ choices }) ?? false;
      return { body, usage: this.#usage, finishReasons, isCacheable };
    } catch (error) {
      return problemOf(error);
    }
  }

  /** Returns whether the choice says something. */
  #takeChoice(choice: JsonObject, place: number): boolean | BodyProblem {
    const failure = failureOfChoice(choice);
    const piece = this.shape.pieceOf(choice);
    if (failure !== null || piece === null) {
      return failure ?? invalid('wrong_shape');
    }
    const index = choice['index'] ?? place;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0) {
      return invalid('wrong_shape');
    }
    const draft = this.#draftOf(index);
    mergeDelta(draft.piece, piece);
    if (choice['logprobs'] !== undefined) {
      mergeDelta(draft.continued, { logprobs: choice['logprobs'] });
    }
    for (const [name, value] of Object.entries(choice)) {
      if (!READ_OF_CHOICE.has(name) && !this.shape.members.has(name)) {
        keepLast(draft.others, name, value);
      }
    }
    const reason = finishReasonOf(choice['finish_reason']);
    if (reason !== null) {
      this.#finished += draft.finishReason === null ? 1 : 0;
      draft.finishReason = reason;
    }
    return reason !== null || this.shape.says(piece);
  }

  #draftOf(index: number): ChoiceDraft {
    let draft = this.#choices.get(index);
    if (draft === undefined) {
      if (this.#choices.size === MAX_CHOICES) {
        throw new MergeError('There are too many choices.');
      }
      draft = { piece: {}, continued: {}, others: {}, finishReason: null };
      this.#choices.set(index, draft);
    }
    return draft;
  }

  #takeHead(chunk: JsonObject): void {
    for (const [name, value] of Object.entries(chunk)) {
      if (READ_BY_NAME.has(name)) {
        continue;
      }
      const isSet = this.#head[name] !== undefined && !isBlank(this.#head[name]);
      if (!isSet || (!FIRST.has(name) && !isBlank(value))) {
        keepLast(this.#head, name, value);
      }
    }
  }
}

const isBlank = (value: unknown): boolean => value === null || value === '' || value === 0;

/** Keeps the last value of a member; a later null changes nothing, and objects are put together. */
function keepLast(draft: Draft, name: string, value: unknown): void {
  const before = draft[name];
  if (value === null) {
    draft[name] = before ?? null;
  } else {
    draft[name] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
}

/** A reason, if it is one; some write `null` as a word. */
const finishReasonOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value !== 'null' ? value : null;

/** The problem that an error while merging or printing stands for: nested too deeply, or too many of something. */
function problemOf(error: unknown): BodyProblem {
  if (error instanceof MergeError || error instanceof RangeError) {
    return invalid('wrong_shape');
  }
  throw error;
}
