/** One event of a stream, as readers get it. */
export interface Frame {
  /**
   * The bytes of the event without its `id:` line: `data: …\n\n`, for the Responses API
   * `event: <type>\ndata: …\n\n`. The data is the provider's, byte for byte; only line breaks between its tokens,
   * which came as several `data:` lines, are left out.
   */
  readonly bytes: Buffer;
  /**
   * Whether something of the answer has been said by now: content, a refusal, reasoning, a tool call, audio or a
   * finish reason. False for the preamble; true from the first frame that says something on.
   */
  readonly says: boolean;
  /**
   * Whether it has the usage and nothing else. Such a frame may be there because we asked for it, so it is left out
   * for a reader who did not.
   */
  readonly usageOnly: boolean;
  /**
   * Whether the answer is whole with this frame: it is the first with which every choice that was asked for has its
   * finish reason, or the terminal event of the Responses API. True for one frame at most. It and what follows it
   * is held back until the result is committed.
   */
  readonly makesWhole: boolean;
}

/** The parts of a frame that follow from its data alone. */
export type FrameMeaning = Pick<Frame, 'usageOnly' | 'makesWhole'> & {
  /** Whether this frame itself says something. */
  readonly saysSomething: boolean;
};

/**
 * The bytes of an event.
 *
 * @param data its data, JSON
 * @param type its type, for endpoints whose events have one
 */
export function frameBytes(data: string, type: string | null): Buffer {
  // Outside of strings, where JSON has none, a line break is white space.
  const line = data.includes('\n') ? data.replaceAll('\n', '') : data;
  return Buffer.from(type === null ? `data: ${line}\n\n` : `event: ${type}\ndata: ${line}\n\n`);
}
