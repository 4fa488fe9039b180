/** The part of a `Blob` that is needed. A `File` is one with a name. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
  readonly name?: string | undefined;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A piece of a file. */
export type FilePart = string | ArrayBuffer | ArrayBufferView | BlobLike;

/** The part of a `ReadableStream` that is needed. */
export interface ReadableLike {
  getReader(): { read(): Promise<{ done?: boolean; value?: unknown }> };
}

/** The content of a file that comes in pieces: it is read whole before it is sent, so that it can be sent again. */
export type FileStream = AsyncIterable<FilePart> | ReadableLike;

/** The content of a file, with its name: for a `Buffer` and other bytes. */
export interface NamedContent {
  readonly name: string;
  readonly data: FilePart | FileStream;
  /** Media type, such as `audio/mpeg`. */
  readonly type?: string | undefined;
}

/**
 * A file to upload: a `File`, a `Blob`, a `Response` of `fetch`, the stream of `fs.createReadStream()`, or content
 * with a name. Providers tell the format of audio by the ending of the name.
 */
export type Uploadable =
  | BlobLike
  | NamedContent
  | FileStream
  | (AsyncIterable<FilePart> & { readonly path: string | Uint8Array })
  | { readonly url: string; blob(): Promise<BlobLike> };
