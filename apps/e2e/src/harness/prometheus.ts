import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from '@reqrun/platform/embedded-postgres';
import { makeRunFolder } from '@reqrun/platform/testing';

import { eventually } from './eventually.js';

/** Program of Prometheus. */
export const PROMETHEUS_PROGRAM = 'prometheus';

/** Series of an instant query: its labels and its value. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus that scrapes some processes twice a second. */
export class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly origin: string,
    private readonly folder: string,
  ) {}

  /**
   * Starts one.
   *
   * @param targets the scraped processes, as `host:port`
   * @param rules path of a file with rules
   */
  static async start(targets: readonly string[], rules: string): Promise<Prometheus> {
    const [port, folder] = [await freePort('127.0.0.1'), await makeRunFolder('prometheus')];
    const file = join(folder, 'prometheus.yml');
    await writeFile(
      file,
      JSON.stringify({
        global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '500ms' },
        rule_files: [rules],
        scrape_configs: [{ job_name: 'reqrun', static_configs: [{ targets }] }],
      }),
    );
    const child = spawn(
      PROMETHEUS_PROGRAM,
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    process.once('exit', () => child.kill('SIGKILL'));
    const prometheus = new Prometheus(child, `http://127.0.0.1:${port}`, folder);
    await eventually(
      () =>
        fetch(`${prometheus.origin}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      (ready) => ready,
    );
    return prometheus;
  }

  /**
   * Evaluates an expression of PromQL at this moment.
   *
   * @param expression the expression
   * @throws Error with the words of Prometheus when it refuses the expression
   */
  async query(expression: string): Promise<readonly Sample[]> {
    const url = `${this.origin}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const answer = (await (await fetch(url)).json()) as {
      error?: string;
      data?: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    if (answer.data === undefined) {
      throw new Error(`${expression}: ${answer.error}`);
    }
    return answer.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** Returns the states of the alerts that are not inactive, by their names. */
  async alerts(): Promise<ReadonlyMap<string, string>> {
    const answer = (await (await fetch(`${this.origin}/api/v1/alerts`)).json()) as {
      data: { alerts: { labels: { alertname: string }; state: string }[] };
    };
    return new Map(answer.data.alerts.map(({ labels, state }) => [labels.alertname, state]));
  }

  /** Ends it and removes its data. */
  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
