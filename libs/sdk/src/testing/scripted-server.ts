import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer; a body that is text is sent as HTML. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A stream of server-sent events, and what follows its last piece. */
export interface StreamAnswer {
  /** Pieces as they are written, one after the other. */
  readonly pieces: readonly (string | Uint8Array)[];
  /** `end` ends the answer, `cut` breaks the connection, `silence` does nothing more. */
  readonly then: 'end' | 'cut' | 'silence';
  readonly headers?: Record<string, string>;
}

/** Behavior of the server towards a call. */
export type Step =
  | Answer
  | StreamAnswer
  /** Takes the call and closes its connection. */
  | 'reset'
  /** Sends half of an answer and closes its connection. */
  | 'cut'
  /** Never answers. */
  | 'silence';

/** A call that came in. */
export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined where there was none. */
  readonly body: Record<string, unknown> | undefined;
}

/** An HTTP server on loopback that plays a script, one step per call; the last one repeats. */
export class ScriptedServer {
  /** Calls that came in, oldest first. */
  readonly calls: ReceivedCall[] = [];
  private steps: Step[] = [];
  private waiting: { count: number; resolve: () => void }[] = [];
  private closings: { count: number; resolve: () => void }[] = [];
  private closed = 0;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        this.calls.push({
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>),
        });
        const step = (this.steps.length > 1 ? this.steps.shift() : this.steps[0]) ?? 'silence';
        if (step === 'reset') {
          request.socket.destroy();
        } else if (step === 'cut') {
          response.writeHead(200, { 'content-length': '1000' });
          response.write('{"id":', () => request.socket.destroy());
        } else if (typeof step === 'object' && 'pieces' in step) {
          void stream(response, step);
        } else if (step !== 'silence') {
          const isText = typeof step.body === 'string';
          response.writeHead(step.status, {
            'content-type': isText ? 'text/html' : 'application/json',
            ...step.headers,
          });
          response.end(isText ? step.body : JSON.stringify(step.body ?? {}));
        }
        this.waiting = told(this.waiting, this.calls.length);
        response.once('close', () => {
          this.closed += response.writableFinished ? 0 : 1;
          this.closings = told(this.closings, this.closed);
        });
      });
    });
  }

  /** `http://127.0.0.1:<port>` */
  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Listens. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  /**
   * Begins a new script.
   *
   * @param steps one per call; the last one repeats
   */
  play(...steps: Step[]): void {
    this.steps = steps;
    this.calls.length = 0;
    this.closed = 0;
  }

  /** Resolves when so many calls have come in. */
  async received(count: number): Promise<void> {
    if (this.calls.length < count) {
      await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    }
  }

  /** Resolves when so many answers have been broken off, by either side. */
  async brokenOff(count: number): Promise<void> {
    if (this.closed < count) {
      await new Promise<void>((resolve) => this.closings.push({ count, resolve }));
    }
  }

  /** Closes it and all its connections. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<unknown>((resolve) => this.server.close(resolve));
  }
}

/** Tells those who wait for a count that has been reached; returns the others. */
function told(
  waiting: readonly { count: number; resolve: () => void }[],
  reached: number,
): { count: number; resolve: () => void }[] {
  return waiting.filter(({ count, resolve }) => {
    if (reached < count) {
      return true;
    }
    resolve();
    return false;
  });
}

/** Writes a stream piece by piece, each when the one before has been sent. */
async function stream(
  response: ServerResponse,
  { pieces, then, headers }: StreamAnswer,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
  response.flushHeaders();
  for (const piece of pieces) {
    await new Promise<unknown>((resolve) => response.write(piece, resolve));
  }
  if (then === 'end') {
    response.end();
  } else if (then === 'cut') {
    response.socket?.destroy();
  }
}
