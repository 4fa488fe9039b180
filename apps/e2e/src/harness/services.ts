import { eventually } from './eventually.js';
import { Metrics } from './metrics.js';
import { type LogLine, ManagedProcess } from './process.js';

/** Settings by their environment variables. */
export type Settings = Readonly<Record<string, string>>;

/** A call received by the simulator, as listed by its `GET /calls`. */
export interface ProviderCall {
  readonly request_id: string | null;
  readonly idempotency_key: string | null;
  readonly step: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly aborted: boolean;
  readonly traceparent: string | null;
}

/** Process of an API or a worker, with an origin that it keeps over restarts. */
export class Service extends ManagedProcess {
  private port = 0;

  /**
   * @param name e.g. `worker-2`
   * @param app kind of the process
   * @param settings environment variables
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

  /** Returns its metrics in Prometheus' text format. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.origin}/metrics`)).text();
  }

  /** Returns its metrics, to be added up. */
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

  /** Base URL, with /v1. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  override async start(): Promise<void> {
    await super.start();
    this.port = Number(last(this.logs(), 'listening')['port']);
  }

  /**
   * Returns the calls of a request, oldest first.
   *
   * @param requestId id of the request; all calls if left out
   */
  async calls(requestId?: string): Promise<readonly ProviderCall[]> {
    const query = requestId === undefined ? '' : `?request_id=${requestId}`;
    const response = await fetch(`http://127.0.0.1:${this.port}/calls${query}`);
    return ((await response.json()) as { data: ProviderCall[] }).data;
  }

  /** Returns the calls of a request as soon as their number is reached. */
  untilCalled(requestId: string, count = 1): Promise<readonly ProviderCall[]> {
    return eventually(
      () => this.calls(requestId),
      (calls) => calls.length >= count,
    );
  }

  /** Returns the calls of a request as soon as none is open. */
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
