import type { BodyProblem, JsonObject } from '../endpoints/endpoint-module.js';
import type { FrameMeaning } from './frame.js';

/** An event of the provider, its data parsed. */
export interface ParsedEvent {
  /** Value of its `event:` line; undefined where it has none. */
  readonly name: string | undefined;
  /** Its data. In a large one, long strings are `RawString`. */
  readonly object: JsonObject;
  /**
   * The JSON of a member of the data, byte for byte.
   *
   * @param member its name
   * @returns null where there is none
   */
  text(member: string): Buffer | null;
}

/**
 * Judgement of an event: a frame; nothing to show; or a failure of the call, as one in the body of a plain answer.
 */
export type JudgedEvent =
  | ({ readonly kind: 'frame'; readonly type: string | null } & FrameMeaning)
  | { readonly kind: 'skip' }
  | { readonly kind: 'failed'; readonly problem: BodyProblem };

/** Result that the frames of a whole stream come to. */
export interface AssembledAnswer {
  /** Body that the same call without `stream: true` would have answered. */
  readonly body: Buffer;
  readonly usage: JsonObject | null;
  readonly finishReasons: readonly string[];
  /** Whether identical requests may get the answer as well. */
  readonly isCacheable: boolean;
}

/** Reading of one stream of an endpoint: it judges each event, and puts the answer together. */
export interface StreamAssembly {
  /** Whether every choice that was seen, and at least one, has its finish reason. */
  readonly isWhole: boolean;
  /** Id under which the provider keeps the answer; null before one was said, or where there is none. */
  readonly answerId: string | null;
  /**
   * Takes the next event.
   *
   * @param event the event; never `[DONE]`, nor an error that stands in the data's `error`
   */
  take(event: ParsedEvent): JudgedEvent;
  /**
   * Puts the answer together. Only where `isWhole`.
   *
   * @returns a problem where the frames come to no answer
   */
  assemble(): AssembledAnswer | BodyProblem;
}

/** Parts of a request that decide how its stream is read. */
export interface StreamExpectation {
  /** The `n` of the body: number of choices that were asked for. */
  readonly choices: number;
  /** Of a stream that is taken up again: how far it had come; absent for one from its beginning. */
  readonly resumes?: StreamProgress | undefined;
}

/** How far a stream had come that is taken up again. */
export interface StreamProgress {
  /** Id under which the provider keeps the answer. */
  readonly answerId: string;
  /** Number of frames that are known, which is the number of the next one. */
  readonly frames: number;
  /** Whether they say something of the answer. */
  readonly hasSaid: boolean;
}

/** Meaning of the streams of one endpoint. */
export interface StreamModule {
  /** Whether requests have OpenAI's `stream_options`, with which the usage is asked for. */
  readonly takesUsageOption: boolean;
  /** Whether the answer is whole with a terminal event, so that nothing is worth waiting for after it. */
  readonly endsItself: boolean;
  /**
   * Begins to read a stream.
   *
   * @param expectation what the request asks for
   */
  read(expectation: StreamExpectation): StreamAssembly;
  /**
   * Makes a stream of a whole answer. A pure function: the same body gives the same frames.
   *
   * @param body the parsed answer
   * @param text the same answer as text
   * @returns the data of each event, with the type of those that have one
   */
  makeUp(body: JsonObject, text: string): readonly MadeUpEvent[];
}

/** An event of a made-up stream. */
export interface MadeUpEvent {
  readonly type: string | null;
  /** JSON without line breaks. */
  readonly data: string;
}
