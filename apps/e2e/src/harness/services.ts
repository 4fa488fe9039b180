import { eventually } from './eventually.js';
import { Metrics } from './metrics.js';
import { type LogLine, ManagedProcess } from './process.js';

/** Settings by their names in the environment. */
export type Settings = Readonly<Record<string, string>>;

/** A call that the simulator got, as its `GET /calls` lists it. */
export interface ProviderCall {
  readonly request_id: string | null;
  readonly idempotency_key: string | null;
  readonly step: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly aborted: boolean;
}

/** API or worker: a process with an origin of its own, which it keeps over restarts. */
export class Service extends ManagedProcess {
  private port = 0;

  /**
   * @param name e.g. `worker-2`
   * @param app which one
   * @param settings its environment
   */
  constructor(
    name: string,
    private readonly app: 'api' | 'worker',
    settings: Settings,
  ) {
    super({
      name,
      script: `apps/${app}/dist/main.js`,
      readyEvent: 'ready',
      start: () => ({
        args: [],
        env: { ...settings, [`REQRUN_${app.toUpperCase()}_PORT`]: String(this.port) },
      }),
    });
  }

  /** `http://127.0.0.1:<port>` */
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  override async start(): Promise<void> {
    await super.start();
    this.port = Number(new URL(String(last(this.logs(), 'listening')['url'])).port);
  }

  /** What it has counted, in Prometheus' text format. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.origin}/metrics`)).text();
  }

  /** The same, to be added up. */
  async counts(): Promise<Metrics> {
    return new Metrics(await this.metrics());
  }
}

/** The simulator: the provider of test keys. */
export class Simulator extends ManagedProcess {
  private port = 0;

  constructor() {
    super({
      name: 'simulator',
      script: 'apps/simulator/dist/main.js',
      readyEvent: 'listening',
      start: () => ({ args: ['--port', String(this.port)], env: {} }),
    });
  }

  /** With /v1. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  override async start(): Promise<void> {
    await super.start();
    this.port = Number(last(this.logs(), 'listening')['port']);
  }

  /**
   * The calls that a request made, oldest first.
   *
   * @param requestId the request; all calls where it is left out
   */
  async calls(requestId?: string): Promise<readonly ProviderCall[]> {
    const query = requestId === undefined ? '' : `?request_id=${requestId}`;
    const response = await fetch(`http://127.0.0.1:${this.port}/calls${query}`);
    return ((await response.json()) as { data: ProviderCall[] }).data;
  }

  /** The calls of a request as soon as they are so many. */
  untilCalled(requestId: string, count = 1): Promise<readonly ProviderCall[]> {
    return eventually(
      () => this.calls(requestId),
      (calls) => calls.length >= count,
    );
  }

  /** The calls of a request as soon as none is open. */
  untilQuiet(requestId: string): Promise<readonly ProviderCall[]> {
    return eventually(
      () => this.calls(requestId),
      (calls) => calls.length > 0 && calls.every(({ ended_at }) => ended_at !== null),
    );
  }
}

function last(lines: readonly LogLine[], event: string): LogLine {
  return lines.findLast((line) => line['event'] === event) ?? {};
}
