import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { describeWithProgram } from '@reqrun/platform/testing';

import { chatBody } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { Prometheus, PROMETHEUS_PROGRAM } from './harness/prometheus.js';
import { useCluster } from './harness/transports.js';

const DEPLOY = resolve(import.meta.dirname, '../../../deploy');
const RULES = join(DEPLOY, 'prometheus/alerts.yml');
const dashboard = JSON.parse(readFileSync(join(DEPLOY, 'grafana/reqrun.json'), 'utf8')) as {
  panels: { title: string; targets?: { expr: string }[] }[];
};
const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '1m')] as const),
);
/** Names of metrics in the alerts and in the dashboard. */
const names = [readFileSync(RULES, 'utf8'), ...panels.map(([, expression]) => expression)]
  .flatMap((text) => text.match(/\b(?:reqrun|nodejs|process)_[a-z0-9_]+\b/g) ?? [])
  .filter((name, n, all) => all.indexOf(name) === n);
/** Panels about what did not happen here. */
const EMPTY = ['Cache', 'Streams that ended with an error'];

describe('alerts and dashboard', () => {
  const cluster = useCluster({ redis: false, workers: 2 });

  it('ask only for what the processes really expose', async () => {
    const exposed = (await Promise.all([cluster().api.metrics(), cluster().worker.metrics()]))
      .join('\n')
      .matchAll(/^# TYPE (\S+) (\S+)$/gm);
    const known = new Set(
      [...exposed].flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  describeWithProgram(PROMETHEUS_PROGRAM, 'in a Prometheus that scrapes the processes', () => {
    let prometheus: Prometheus;
    beforeAll(async () => {
      const targets = [...cluster().apis, ...cluster().workers].map(
        ({ origin }) => new URL(origin).host,
      );
      prometheus = await Prometheus.start(targets, RULES);
    });
    afterAll(() => prometheus.close());

    it('have a value for every line of the dashboard, and no alert while all is well', async () => {
      const { client } = cluster();
      const load = async (): Promise<void> => {
        await Promise.all([
          ...Array.from({ length: 40 }, () => client.wait('sim/ok')),
          ...Array.from({ length: 4 }, () => client.wait('sim/500:retry-after-ms=10,ok')),
          client.chat(chatBody('sim/400', { wait: true, retry: { count: 0 } })),
          client.chat(chatBody('sim/ok', { wait: true, stream: true })),
          client.chat('{'),
        ]);
      };
      const wanted = panels.filter(([title]) => !EMPTY.includes(title));
      // Rates need samples from before and after a change.
      const silent = await eventually(
        async () => {
          await load();
          const answers = await Promise.all(
            wanted.map(async ([title, expression]) => ({
              line: `${title}: ${expression}`,
              samples: await prometheus.query(expression),
            })),
          );
          return answers.filter(({ samples }) => samples.length === 0).map(({ line }) => line);
        },
        (lines) => lines.length === 0,
      );
      expect(silent).toEqual([]);
      expect([...(await prometheus.alerts()).keys()]).toEqual([]);
      // The rule is evaluated at intervals, and has said 0 until there were samples enough.
      const [lag] = await eventually(
        () => prometheus.query('reqrun:claim_lag_seconds:p95'),
        ([sample]) => (sample?.value ?? 0) > 0,
      );
      expect(lag?.value).toBeGreaterThan(0);
    });

    it('report a worker that died with a call, and when none is left', async () => {
      const id = await cluster().client.submit('sim/hang');
      await cluster().simulator.untilCalled(id);
      await (await cluster().ownerOf(id)).crash();
      await eventually(
        () => prometheus.alerts(),
        (alerts) => alerts.get('ReqRunAttemptsLost') === 'firing',
      );
      await Promise.all(cluster().workers.map((worker) => worker.crash()));
      await eventually(
        () => prometheus.alerts(),
        (alerts) => alerts.has('ReqRunWorkerMissing'),
      );
    });
  });
});
