import { type DataKeyRing, UnreadableError } from '@reqrun/platform/crypto';
import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

import { READ_PAYLOAD_PIECE, READ_RESULT_PIECE } from '../sql/queries.js';

/** Reference to a large stored content. */
export interface StoredContent {
  kind: 'payload' | 'result';
  projectId: string;
  /** UUID of the request. */
  id: string;
  /** Length of the sealed content, in bytes. */
  bytes: number;
}

/**
 * Bytes of a large content that one statement reads. The client library receives bytes as hexadecimal text,
 * which is twice as long, and a string of Node.js can't exceed 512 MiB. Read as a whole, a large content
 * would take several times its size, block the event loop, or end the process.
 */
const PIECE_BYTES = 512 * 1024;

const PIECES = {
  payload: { name: 'requests-payload-piece', text: READ_PAYLOAD_PIECE },
  result: { name: 'requests-result-piece', text: READ_RESULT_PIECE },
} as const;

/**
 * Reads a large content piece by piece and decrypts it as it arrives, so that memory holds it only once.
 *
 * @param pool the database
 * @param keys the data keys
 * @param content reference to the content
 * @returns the opened envelope
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

/** Errors of the content itself, which recur at every read. */
const OF_THE_CONTENT = new Set(['ERR_STRING_TOO_LONG', 'ERR_BUFFER_TOO_LARGE']);

/**
 * Distinguishes a content that can never be read from a database that can't be reached.
 *
 * @param error the error of reading and opening it
 * @returns an UnreadableError for the former, else the error to pass on
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
