import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A metric as the processes define it. `labels` are its own, besides `service`, which every sample has.
 *
 * @typedef {{ name: string, help: string, type: string, labels: readonly string[], processes: readonly string[] }} Metric
 */

/** Nothing is collected, so nothing is asked of a database. */
const NO_POOL = { totalCount: 0, idleCount: 0, waitingCount: 0 };

/**
 * The metrics of API and worker, as their own code registers them.
 *
 * @param {string} root the checkout, compiled
 * @returns {Promise<ReadonlyMap<string, Metric>>} by name: ReqRun's own in the order of their code, then Node's
 */
export async function readMetrics(root) {
  const load = (path) => import(pathToFileURL(join(root, path)).href);
  const [{ ApiMetrics }, { WorkerMetrics }, { createRegistry }, { registerRecordMetrics }] =
    await Promise.all([
      load('apps/api/dist/metrics.js'),
      load('apps/worker/dist/metrics.js'),
      import('@reqrun/platform/metrics'),
      import('@reqrun/requests'),
    ]);
  const registries = ['api', 'worker'].map((service) => [
    service,
    createRegistry(service, NO_POOL),
  ]);
  for (const [service, registry] of registries) {
    if (service === 'api') {
      new ApiMetrics(
        registry,
        () => 0,
        () => ({ link: 0, table: 0 }),
      );
    } else {
      const worker = new WorkerMetrics(registry);
      worker.showUnappended(() => 0);
      worker.showLanes(() => []);
    }
    registerRecordMetrics(registry, NO_POOL);
  }
  /** @type {Map<string, Metric>} */
  const metrics = new Map();
  for (const [service, registry] of registries) {
    for (const { name, help, type, labelNames } of registry.getMetricsAsArray()) {
      const known = metrics.get(name);
      if (known !== undefined && (known.help !== help || known.type !== type)) {
        throw new Error(`API and worker describe ${name} differently.`);
      }
      const processes = [...(known?.processes ?? []), service];
      metrics.set(name, { name, help, type, labels: [...labelNames], processes });
    }
  }
  const isOwn = ([name]) => (name.startsWith('reqrun_') ? 0 : 1);
  return new Map([...metrics].sort((one, other) => isOwn(one) - isOwn(other)));
}

/** Labels that every sample has: ReqRun's, and those that Prometheus adds when it scrapes. */
const COMMON_LABELS = ['service', 'instance', 'job'];
/** Names of metrics in an expression of PromQL; names of recording rules have a colon. */
const NAMES = /\b((?:reqrun|nodejs|process)_[a-z0-9_]+)\b(?!:)(?:\{([^}]*)\})?/g;

/**
 * Checks an expression of PromQL against the metrics that exist.
 *
 * @param {ReadonlyMap<string, Metric>} metrics the metrics
 * @param {string} expression the expression
 * @throws {Error} when a metric or a label of one is not known
 */
export function checkExpression(metrics, expression) {
  const found = [...expression.matchAll(NAMES)];
  for (const [, sample, matchers = ''] of found) {
    const metric =
      metrics.get(sample) ?? histogramOf(metrics, sample.replace(/_(bucket|sum|count)$/, ''));
    if (metric === undefined) {
      throw new Error(`No process has a metric ${sample}, which ${expression} asks for.`);
    }
    const allowed = [...COMMON_LABELS, ...metric.labels];
    for (const [, label] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) {
      if (!allowed.includes(label)) {
        throw new Error(`${metric.name} has no label ${label}, which ${expression} asks for.`);
      }
    }
  }
}

function histogramOf(metrics, name) {
  const metric = metrics.get(name);
  return metric?.type === 'histogram' ? metric : undefined;
}

/**
 * The table of ReqRun's own metrics for `docs/operations.md`.
 *
 * @param {ReadonlyMap<string, Metric>} metrics the metrics
 * @returns {string} a Markdown table: name, kind, process, labels, meaning
 */
export function renderMetricsTable(metrics) {
  const rows = [...metrics.values()]
    .filter(({ name }) => name.startsWith('reqrun_'))
    .map(({ name, type, processes, labels, help }) => {
      const where = processes.length === 2 ? 'both' : processes[0] === 'api' ? 'API' : 'worker';
      const by = labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} | ${where} | ${by} | ${help.replaceAll('|', '\\|')} |`;
    });
  return [
    '| Name | Kind | Process | Labels | Meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
