/** One program that the launcher runs as a process of its own, and keeps running. */
export interface Program {
  /** Name on the screen; its log is `<name>.log`. */
  readonly name: string;
  /** The file that node runs, absolute. */
  readonly script: string;
  /** Flags of Node itself; none by default. */
  readonly nodeFlags?: readonly string[];
  /** Its arguments; asked at every start. */
  arguments(): readonly string[];
  /** Its whole environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly readiness: Readiness;
  /** Way in which it is noticed that it hangs; without it that is not watched. */
  readonly liveness?: Liveness;
  /** How long it may take to become ready, in milliseconds. */
  readonly readyTimeoutMs: number;
  /** How long it may take to end after SIGTERM, in milliseconds; then it is killed. */
  readonly stopTimeoutMs: number;
}

/** Way in which a program shows that it does not hang: it answers HTTP. */
export interface Liveness {
  /** Address at which it answers, or, when it chooses its port itself, the path at the origin that it tells: the `url` of its first message, or the `url` or `port` of its log line `listening`. */
  readonly place: { readonly url: string } | { readonly path: string };
  /** After how many milliseconds without an answer it is ended and started again. */
  readonly timeoutMs: number;
}

/** How a program says that it does its work. */
export type Readiness =
  /** A log line with this `event`; `onReady` gets its fields. */
  | {
      readonly kind: 'event';
      readonly event: string;
      onReady?(fields: Readonly<Record<string, unknown>>): void;
    }
  /** Its first message on the channel to the launcher: whatever it logs, and for what must not stand in a log. */
  | { readonly kind: 'message'; onReady?(message: unknown): void }
  /** This address answers 200. */
  | { readonly kind: 'url'; readonly url: string };
