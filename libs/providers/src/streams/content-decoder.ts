import type { Transform } from 'node:stream';
import zlib from 'node:zlib';

/** The side that takes what a decoder reads. */
export interface ContentDecoderListener {
  /**
   * Takes the next bytes of the content.
   *
   * @param content the bytes
   */
  onContent(content: Buffer): void;
  /** Told that what was written waits to be decoded, and nothing should be read meanwhile; or that it does no more. */
  onBusy(isBusy: boolean): void;
  /** Told once that the bytes are not coded as they should be. */
  onProblem(): void;
}

/** A stream that is cut is read as far as it goes: whether its answer is whole is judged by what it says. */
const { Z_SYNC_FLUSH: finishFlush, BROTLI_OPERATION_FLUSH } = zlib.constants;
const CODINGS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', () => zlib.createGunzip({ finishFlush })],
  ['x-gzip', () => zlib.createGunzip({ finishFlush })],
  ['deflate', () => zlib.createInflate({ finishFlush })],
  ['br', () => zlib.createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH })],
]);

/** Undoes the content coding of a stream while it comes. Some servers and proxies compress although that was declined. */
export class ContentDecoder {
  readonly #stream: Transform;
  readonly #listener: ContentDecoderListener;
  #isStopped = false;

  private constructor(stream: Transform, listener: ContentDecoderListener) {
    this.#stream = stream;
    this.#listener = listener;
    stream.on('data', (content: Buffer) => {
      if (!this.#isStopped) {
        listener.onContent(content);
      }
    });
    stream.on('drain', () => {
      if (!this.#isStopped) {
        listener.onBusy(false);
      }
    });
    stream.on('error', () => {
      if (!this.#isStopped) {
        this.stop();
        listener.onProblem();
      }
    });
  }

  /**
   * Begins to decode.
   *
   * @param coding value of `content-encoding`
   * @param listener takes the content
   * @returns null for a coding that can't be undone while the content comes
   */
  static of(coding: string, listener: ContentDecoderListener): ContentDecoder | null {
    const stream = CODINGS.get(coding.trim().toLowerCase())?.();
    return stream === undefined ? null : new ContentDecoder(stream, listener);
  }

  /**
   * Takes bytes as they came.
   *
   * @param bytes the bytes
   */
  write(bytes: Buffer): void {
    if (!this.#isStopped && !this.#stream.write(bytes)) {
      this.#listener.onBusy(true);
    }
  }

  /**
   * Notes that no more bytes come.
   *
   * @param callback called once all content was handed on
   */
  end(callback: () => void): void {
    this.#stream.once('end', () => {
      if (!this.#isStopped) {
        callback();
      }
    });
    this.#stream.end();
  }

  /** Hands on nothing until it is resumed. */
  pause(): void {
    this.#stream.pause();
  }

  /** Goes on. */
  resume(): void {
    this.#stream.resume();
  }

  /** Ends it: nothing is told any more. */
  stop(): void {
    this.#isStopped = true;
    this.#stream.destroy();
  }
}
