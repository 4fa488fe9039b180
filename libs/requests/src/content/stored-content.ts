import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

import { READ_PAYLOAD_PIECE, READ_RESULT_PIECE } from '../sql/queries.js';

/** Place of a large content. */
export interface StoredContent {
  kind: 'payload' | 'result';
  projectId: string;
  /** The request's UUID. */
  id: string;
  /** Length of the sealed content, in bytes. */
  bytes: number;
}

/**
 * Bytes that one statement reads of a large content. The client library reads bytes as hexadecimal text, twice
 * as long, and no text of Node.js is longer than 512 MiB: read as a whole a large content would take
 * several times its size, block everybody else, or end the process.
 */
const PIECE_BYTES = 512 * 1024;

const PIECES = {
  payload: { name: 'requests-payload-piece', text: READ_PAYLOAD_PIECE },
  result: { name: 'requests-result-piece', text: READ_RESULT_PIECE },
} as const;

/**
 * Reads a large content piece by piece and decrypts it on the way: it is in memory once.
 *
 * @param pool the database
 * @param keys what it is sealed with
 * @param content where it lies
 * @returns the envelope that was sealed
 * @throws UnreadableError when it is gone or can't be opened, DatabaseError
 */
export async function openStored(
  pool: Pool,
  keys: DataKeyRing,
  content: StoredContent,
): Promise<Buffer> {
  const { projectId, id, kind, bytes } = content;
  try {
    return await keys.openGradually(projectId, id, kind, bytes, readPieces(pool, content));
  } catch (error) {
    throw asReadError(error);
  }
}

async function* readPieces(pool: Pool, { kind, id, bytes }: StoredContent): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; at += PIECE_BYTES) {
    const [row] = await run<{ piece: Buffer }>(pool, PIECES[kind], [id, at + 1, PIECE_BYTES]);
    if (row === undefined) {
      throw new UnreadableError('the content is gone');
    }
    yield row.piece;
  }
}

/** Errors of the content itself: they come again whenever it is read. */
const OF_THE_CONTENT = new Set(['ERR_STRING_TOO_LONG', 'ERR_BUFFER_TOO_LARGE']);

/**
 * Tells a content that can't be read, now or later, from a database that can't be reached.
 *
 * @param error what was thrown while it was read and opened
 * @returns an UnreadableError for the former, else what may travel
 */
export function asReadError(error: unknown): Error {
  if (error instanceof UnreadableError || (error as Error).name === 'MasterKeyMismatchError') {
    return error as Error;
  }
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof RangeError ||
    error instanceof SyntaxError ||
    OF_THE_CONTENT.has(code ?? '')
    ? new UnreadableError('the content is longer than can be read, or is not what was stored')
    : toDatabaseError(error);
}
