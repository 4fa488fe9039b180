import type { Frame } from './frame.js';

/** Handle on the reading of a stream. Time in which it is paused counts for no timeout. */
export interface StreamControl {
  /** Stops reading the provider's socket. Frames that have been read already may still come. */
  pause(): void;
  /** Reads on. Without a pause it changes nothing. */
  resume(): void;
}

/** The head of an answer, known before its first frame. */
export interface StreamHead {
  readonly httpStatus: number;
  /** As in the outcome. */
  readonly headers: Readonly<Record<string, string>>;
  readonly providerRequestId: string | null;
}

/** The side that takes the frames of one call. */
export interface StreamSink {
  /**
   * Told before the first frame of each call. Never told for a call that ends without a frame.
   *
   * @param head headers and status of the answer
   * @param control handle for back-pressure, good until the call has ended
   */
  begin?(head: StreamHead, control: StreamControl): void;
  /**
   * Takes the next frame, in the order of the stream. Not called any more once the call has ended.
   *
   * @param frame the frame
   * @returns `pause` to stop reading, as the handle does
   */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a sink that never pauses returns nothing
  frame(frame: Frame): void | 'pause';
  /**
   * Told once for the Responses API, before the frame that has it: the id under which the provider keeps the answer.
   *
   * @param id such as `resp_…`
   */
  answerId?(id: string): void;
}
