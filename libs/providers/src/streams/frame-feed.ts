import { JsonScanner, memberNamed } from '@reqrun/platform/json';

import {
  type BodyProblem,
  errorInBody,
  invalid,
  isObject,
  type JsonObject,
} from '../endpoints/endpoint-module.js';
import { readError, readErrorBody } from '../error-body.js';
import type { StreamEvent } from './event-reader.js';
import { type Frame, frameBytes } from './frame.js';
import { LARGE_LENGTH, readLargeObject } from './large-json.js';
import type {
  AssembledAnswer,
  ParsedEvent,
  StreamAssembly,
  StreamExpectation,
  StreamModule,
} from './stream-module.js';

/** The side that is told what the events of a stream come to. */
export interface FrameFeedListener {
  /**
   * Told that nothing should be read for a while, and that it may go on.
   *
   * @param isBusy whether an event is being read that takes its time
   */
  onBusy(isBusy: boolean): void;
  /** Told before the first frame. */
  onBegin(): void;
  /** Told of each frame. */
  onFrame(frame: Frame): void;
  /** Told of the answer's id, before the frame that has it. */
  onAnswerId(id: string): void;
  /** Told when nothing is to come that is worth waiting for, whether the answer is whole or not. */
  onEnd(): void;
  /**
   * Told of a failure.
   *
   * @param problem the failure
   * @param data data of the event that states it
   */
  onFailure(problem: BodyProblem, data: string): void;
}

const DONE = '[DONE]';
const NO_LIMITS = { depth: Infinity, structure: Infinity };

/** Turns the events of one stream into frames, and follows how far its answer has come. */
export class FrameFeed {
  /** Number of frames so far; of a stream that is taken up again, of those that it adds. */
  frames = 0;
  /** Whether a frame has said something. */
  hasSaid: boolean;
  /** Whether the answer is whole, with as many choices as were asked for. */
  isHeld = false;
  /** Whether no event has come. */
  isEmpty = true;
  #isStopped = false;
  /** Whether a large event is being read; others wait behind it. */
  #isReadingLarge = false;
  readonly #waiting: StreamEvent[] = [];
  #afterwards: (() => void) | null = null;
  #answerId: string | null = null;
  /** Whether the frames are made of a whole answer, which was judged before. */
  #isMakingUp = false;
  #assembly: StreamAssembly;

  /**
   * @param stream meaning of the stream
   * @param expectation what the request asks for
   * @param listener told what the events come to
   */
  constructor(
    private readonly stream: StreamModule,
    expectation: StreamExpectation,
    private readonly listener: FrameFeedListener,
  ) {
    this.#assembly = stream.read(expectation);
    this.hasSaid = expectation.resumes?.hasSaid ?? false;
  }

  /** Whether the answer is whole so far as it is known. */
  get isWhole(): boolean {
    return this.#assembly.isWhole;
  }

  /** Id under which the provider keeps the answer. */
  get answerId(): string | null {
    return this.#assembly.answerId;
  }

  /** Puts the answer together. */
  assemble(): AssembledAnswer | BodyProblem {
    return this.#assembly.assemble();
  }

  /** Ends it: later events are ignored. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Takes an event.
   *
   * @param event the event
   */
  take(event: StreamEvent): void {
    if (this.#isStopped) {
      return;
    }
    if (this.#isReadingLarge) {
      this.#waiting.push(event);
    } else if (event.data.length > LARGE_LENGTH) {
      void this.#takeLarge(event);
    } else {
      this.#takeSmall(event);
    }
  }

  /** Whether events wait behind a large one. */
  get isBusy(): boolean {
    return this.#isReadingLarge;
  }

  /**
   * Calls back once no event waits any more.
   *
   * @param callback called at most once; a later one takes its place
   */
  whenIdle(callback: () => void): void {
    this.#afterwards = callback;
  }

  /** Reads a large event over several turns of the event loop, and then those that came behind it. */
  async #takeLarge(event: StreamEvent): Promise<void> {
    this.isEmpty = false;
    this.#isReadingLarge = true;
    this.listener.onBusy(true);
    const large = await readLargeObject(event.data);
    this.#isReadingLarge = false;
    if (!this.#isStopped) {
      this.#takeObject(event, large?.object ?? null, (name) => {
        const member = large === null ? undefined : memberNamed(large.members, name);
        return member === undefined
          ? null
          : (large?.bytes.subarray(member.valueStart, member.end) ?? null);
      });
    }
    while (this.#waiting.length > 0 && !this.isBusy) {
      const [next] = this.#waiting.splice(0, 1);
      if (next !== undefined) {
        this.take(next);
      }
    }
    if (!this.isBusy) {
      this.listener.onBusy(false);
      const afterwards = this.#afterwards;
      this.#afterwards = null;
      afterwards?.();
    }
  }

  #takeSmall(event: StreamEvent): void {
    this.isEmpty = false;
    if (event.data.trim() === DONE) {
      this.listener.onEnd();
      return;
    }
    this.#takeObject(event, parseObject(event.data), (name) => memberText(event.data, name));
  }

  #takeObject(event: StreamEvent, object: JsonObject | null, text: ParsedEvent['text']): void {
    if (object === null) {
      this.#takeUnreadable(event);
      return;
    }
    const error = errorOf(event.name, object);
    if (error !== null) {
      this.listener.onFailure(error, event.data);
      return;
    }
    this.#judge(event.data, { name: event.name, object, text });
  }

  /**
   * Makes the frames of a whole answer.
   *
   * @param body bytes of the answer, which was judged before
   * @returns number of frames, and what the answer says of its end
   */
  makeUp(body: Buffer): { frames: number; finishReasons: readonly string[] } {
    const text = body.toString('utf8').replace(/^\uFEFF/, '');
    const object = parseObject(text) ?? {};
    const choices = Array.isArray(object['choices']) ? object['choices'].length : 1;
    this.#isMakingUp = true;
    this.#assembly = this.stream.read({ choices });
    for (const { type, data } of this.stream.makeUp(object, text)) {
      const parsed = parseObject(data) ?? {};
      this.#judge(data, {
        name: type ?? undefined,
        object: parsed,
        text: (member) => memberText(data, member),
      });
    }
    const answer = this.#assembly.isWhole ? this.#assembly.assemble() : null;
    return {
      frames: this.frames,
      finishReasons: answer === null || 'ok' in answer ? [] : answer.finishReasons,
    };
  }

  #takeUnreadable(event: StreamEvent): void {
    if (event.isLeftOver) {
      // Cut in the middle: the stream is judged by what came before.
      return;
    }
    if (this.isHeld) {
      // The answer was whole, and what follows is none of it.
      this.listener.onEnd();
      return;
    }
    this.listener.onFailure(
      invalid(event.name === 'error' ? 'error_in_body' : 'not_json'),
      event.data,
    );
  }

  #judge(data: string, event: ParsedEvent): void {
    const judged = this.#assembly.take(event);
    if (judged.kind === 'skip') {
      return;
    }
    if (judged.kind === 'failed') {
      this.listener.onFailure(judged.problem, data);
      return;
    }
    if (this.frames === 0) {
      this.listener.onBegin();
    }
    const { answerId } = this.#assembly;
    if (answerId !== null && this.#answerId === null) {
      this.#answerId = answerId;
      this.listener.onAnswerId(answerId);
    }
    const wasHeld = this.isHeld;
    this.hasSaid ||= judged.saysSomething;
    this.isHeld ||= judged.makesWhole;
    this.frames += 1;
    this.listener.onFrame({
      bytes: frameBytes(data, judged.type),
      says: this.hasSaid,
      usageOnly: judged.usageOnly,
      makesWhole: judged.makesWhole,
    });
    const hasLateUsage = wasHeld && isObject(event.object['usage']);
    const isAtEnd = hasLateUsage || (judged.makesWhole && this.stream.endsItself);
    if (isAtEnd && !this.#isMakingUp) {
      this.listener.onEnd();
    }
  }
}

/** The error that an event states, in its data or by its name. */
function errorOf(name: string | undefined, object: JsonObject): BodyProblem | null {
  const stated = readError(object['error']) ?? (name === 'error' ? readErrorBody(object) : null);
  if (stated !== null) {
    return errorInBody(stated);
  }
  // A number, `true` or an empty object where an error belongs says that there is one.
  return name === 'error' || Boolean(object['error']) ? invalid('error_in_body') : null;
}

function parseObject(data: string): JsonObject | null {
  try {
    const parsed: unknown = JSON.parse(data);
    return isObject(parsed) ? parsed : null;
  } catch {
    // The parser's message quotes the data, so it goes no further.
    return null;
  }
}

/** The JSON of a member, byte for byte. */
function memberText(data: string, name: string): Buffer | null {
  const bytes = Buffer.from(data);
  const scanner = new JsonScanner(bytes, NO_LIMITS);
  scanner.read();
  const member = memberNamed(scanner.members, name);
  return member === undefined ? null : bytes.subarray(member.valueStart, member.end);
}
