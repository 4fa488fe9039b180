import type { Socket } from 'node:net';

/** The parts of undici's parser that are needed here; undici is pinned to one version. */
interface PausedParser {
  paused: boolean;
  /** Null once it is destroyed. */
  readonly ptr: number | null;
  readonly llhttp: { llhttp_resume(ptr: number): void };
  resume(): void;
}

/** Description of the symbol under which undici 7 keeps the parser of a socket. */
const PARSER = 'parser';

/**
 * Lets the parser of a connection go on when the connection ends while its answer is paused. undici 7 would
 * throw where nobody can catch it, and so end the process (nodejs/undici#5360, mended in undici 8). What is left of the
 * answer is handed on, though it was paused.
 *
 * @param socket a connection that undici is about to take
 */
export function finishPausedAtEnd(socket: Socket): void {
  // These listeners run before undici's own, which are added later.
  socket.on('end', () => {
    const parser = parserOf(socket);
    if (parser?.paused === true && !socket.destroyed) {
      // The end of a body with a length is known only to a parser that has been past it.
      parser.resume();
    }
    unpause(parser);
  });
  socket.on('error', () => unpause(parserOf(socket)));
  socket.on('close', () => unpause(parserOf(socket)));
}

function unpause(parser: PausedParser | null): void {
  if (parser?.paused === true && parser.ptr !== null) {
    parser.llhttp.llhttp_resume(parser.ptr);
    parser.paused = false;
  }
}

function parserOf(socket: Socket): PausedParser | null {
  const symbol = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === PARSER,
  );
  const parser =
    symbol === undefined ? null : (socket as unknown as Record<symbol, unknown>)[symbol];
  return (parser ?? null) as PausedParser | null;
}
